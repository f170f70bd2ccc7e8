import type { ShopId } from '#protocol/ids.ts';

/** What became of the history. */
export interface HistoryChange {
  /** This page has added an event, and its shelves know of it already. */
  readonly isOwnEvent: boolean;
}

const FROM_ELSEWHERE: HistoryChange = { isOwnEvent: false };

/** Word among the shop's open tabs on what they share; carries nothing of the history. */
export interface HistoryChannel {
  /** The history has changed: tells this page's listeners and the other tabs. */
  announce(change?: HistoryChange): void;
  /** Also called after another tab's word, once this page has read it anew. */
  onChange(listener: (change: HistoryChange) => void): void;
  /** The shopper has withdrawn consent here: the other tabs must let go of the device's storage too. */
  announceWithdrawal(): void;
  /** Called after another tab's {@link HistoryChannel.announceWithdrawal}. */
  onWithdrawal(listener: () => void): void;
}

type Word = 'history-changed' | 'consent-withdrawn';

/**
 * @param isShared Whether other tabs read the same history: not while it is kept in memory.
 * @param reload Reads anew what another tab may have changed.
 */
export function openHistoryChannel(
  shop: ShopId,
  { isShared, reload }: { readonly isShared: () => boolean; readonly reload: () => Promise<void> },
): HistoryChannel {
  const changeListeners: ((change: HistoryChange) => void)[] = [];
  const withdrawalListeners: (() => void)[] = [];
  const tellChange = (change: HistoryChange) => {
    for (const listener of changeListeners) listener(change);
  };
  const channel = new BroadcastChannel(`vitrine-${shop}`);
  const say = (word: Word) => channel.postMessage(word);
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data === 'consent-withdrawn') {
      for (const listener of withdrawalListeners) listener();
      return;
    }
    if (isShared())
      void reload().then(
        () => tellChange(FROM_ELSEWHERE),
        () => {},
      );
  };
  return {
    announce(change = FROM_ELSEWHERE) {
      tellChange(change);
      if (isShared()) say('history-changed');
    },
    onChange: (listener) => void changeListeners.push(listener),
    announceWithdrawal: () => say('consent-withdrawn'),
    onWithdrawal: (listener) => void withdrawalListeners.push(listener),
  };
}
