import type { ItemId } from '#protocol/ids.ts';
import type { Recommender } from '#trainer/measure-ranking.ts';
import { latestRows } from './case-rows.ts';

/**
 * Leaves the items of a case's own events out of its ranking: their scores become −Infinity.
 *
 * @returns A recommender that returns the same array each time: read it before the next case. What the
 *   wrapped one returns is not changed.
 */
export function withoutSeen(recommend: Recommender, rowOf: (id: ItemId) => number | undefined): Recommender {
  let kept = new Float32Array(0);
  return async (testCase) => {
    const scores = await recommend(testCase);
    if (kept.length !== scores.length) kept = new Float32Array(scores.length);
    kept.set(scores);
    for (const row of latestRows(testCase.events, rowOf)) kept[row] = Number.NEGATIVE_INFINITY;
    return kept;
  };
}
