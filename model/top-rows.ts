import { createTopKeeper } from './top-keeper.ts';

/**
 * The rows with the highest scores, best first; of equal scores the lower row.
 *
 * @param scores `[N]`; a row at −Infinity is never returned, so that is how to leave one out. No NaN.
 * @param count At least 0.
 * @returns At most `count` rows.
 */
export function topRows(scores: Float32Array, count: number): Uint32Array {
  const kept = createTopKeeper(count);
  for (let row = 0; row < scores.length; row++) kept.offer(row, scores[row] as number);
  return Uint32Array.from(kept.rows());
}
