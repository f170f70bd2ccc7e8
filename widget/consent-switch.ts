import { type ConsentLevel, consentChange } from './consent.ts';
import type { DeviceMemory } from './device-memory.ts';
import type { HistoryChannel } from './history-channel.ts';

/** The one hand that moves a page to another level of consent. */
export interface ConsentSwitch {
  /** Changes follow one another, so that the last word counts. Never rejects. */
  setLevel(level: ConsentLevel): Promise<void>;
}

/**
 * Puts the switch together. A withdrawal reaches the shop's other tabs too, and each empties the
 * storage after its own last write: whichever comes last leaves nothing.
 *
 * @param letGo Makes this page's Workers keep things only where the level allows.
 * @param deleteFiles Deletes the shop's model files from the device.
 * @param onFailure Storage failed; the level has changed all the same.
 */
export function createConsentSwitch({
  memory,
  channel,
  letGo,
  deleteFiles,
  onFailure,
}: {
  readonly memory: DeviceMemory;
  readonly channel: HistoryChannel;
  readonly letGo: (level: ConsentLevel) => Promise<void>;
  readonly deleteFiles: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): ConsentSwitch {
  const change = async (level: ConsentLevel): Promise<void> => {
    const isWithdrawn = consentChange(memory.level, level) === 'withdrawn';
    if (isWithdrawn) channel.announceWithdrawal();
    // The engine lets go first, so that it writes nothing after storage has been emptied.
    await letGo(level);
    const results = await Promise.allSettled([memory.setLevel(level), ...(isWithdrawn ? [deleteFiles()] : [])]);
    for (const result of results) if (result.status === 'rejected') onFailure(result.reason);
    channel.announce();
  };
  let changing: Promise<void> = Promise.resolve();
  const setLevel = (level: ConsentLevel): Promise<void> => {
    changing = changing.then(() => change(level)).catch(onFailure);
    return changing;
  };
  channel.onWithdrawal(() => void setLevel('memory'));
  return { setLevel };
}
