import { setTimeout as delay } from 'node:timers/promises';
import type { TaskId } from '#protocol/ids.ts';
import type { RoundState } from '#protocol/round-messages.ts';
import type { Parties } from './deployment.ts';

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
