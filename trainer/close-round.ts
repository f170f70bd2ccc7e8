import { setTimeout as delay } from 'node:timers/promises';
import type { TaskId } from '#protocol/ids.ts';
import type { RoundState } from '#protocol/round-messages.ts';
import type { Parties } from './deployment.ts';
import { EdgeError } from './edge-error.ts';
import { InputError } from './input-error.ts';
import type { RoundFile } from './round-file.ts';

const POLL_MS = 250;

/**
 * Closes a round and waits until the leader has released or given up.
 *
 * @param onState Told every state seen.
 * @returns The last state: `released` or `failed`.
 */
export async function closeRound(
  { leader }: Parties,
  taskId: TaskId,
  onState: (state: RoundState) => void,
): Promise<RoundState> {
  await leader.closeTask(taskId);
  for (;;) {
    const state = await leader.roundState(taskId);
    onState(state);
    if (state.kind === 'released' || state.kind === 'failed') return state;
    await delay(POLL_MS);
  }
}

/**
 * Ends a round whose sum is not to be used, where it can still be reached.
 *
 * @returns The round as it is to be kept.
 * @throws {InputError} If it was applied before.
 */
export async function giveUpRound({ leader }: Parties, round: RoundFile): Promise<RoundFile> {
  if (round.outcome.kind !== 'pending') {
    throw new InputError(`expected a round that was not applied yet, but ${round.taskId} was ${round.outcome.kind}`);
  }
  try {
    await leader.closeTask(round.taskId);
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error; // the leader has never heard of it, or has ended it
  }
  return { ...round, outcome: { kind: 'failed', reason: 'given-up' } };
}
