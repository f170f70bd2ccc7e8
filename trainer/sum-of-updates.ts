import { type LocalRound, localGradient, localUpdate } from '#model/local-update.ts';
import { norm } from '#model/norm.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { createDenseScorer } from './dense-scorer.ts';

/** A round as histories take part in it: the model in force and what the task says. */
export type UpdateRound = Omit<LocalRound, 'events' | 'scoreAll'>;

/**
 * What histories would add to a round's sum if they were devices'.
 *
 * @returns `[numGroups, rank]`.
 */
export function sumOfUpdates(histories: readonly (readonly ShopEvent[])[], round: UpdateRound): Float64Array {
  const scoreAll = createDenseScorer(round.model.items);
  const sum = new Float64Array(round.task.vdaf.length);
  for (const events of histories) {
    const update = localUpdate({ ...round, scoreAll, events });
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (update[i] as number);
  }
  return sum;
}

/** A history that the model foresaw entirely is stretched without bound; its part of the mean ends here, × the median. */
const MAX_STRETCH = 10;

/**
 * How much longer updates are than gradients: the mean of clipNorm / |gradient|, 0 for a history that has none.
 *
 * @returns 0 for no histories.
 */
export function meanStretch(histories: readonly (readonly ShopEvent[])[], round: UpdateRound): number {
  const scoreAll = createDenseScorer(round.model.items);
  const stretches: number[] = [];
  for (const events of histories) {
    const length = norm(localGradient({ ...round, scoreAll, events }));
    if (length > 0) stretches.push(round.task.clipNorm / length);
  }
  const median = stretches.sort((a, b) => a - b)[Math.floor(stretches.length / 2)] ?? 0;
  const total = stretches.reduce((sum, stretch) => sum + Math.min(stretch, MAX_STRETCH * median), 0);
  return total / Math.max(1, histories.length);
}
