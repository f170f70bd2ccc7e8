import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';

/** Scores each item by the baskets that hold it. Returns the same array each time. */
export function popular({ popularity }: BaselineLog): Recommender {
  const scores = Float32Array.from(popularity);
  return () => scores;
}

export interface RecentPopularParameters {
  /** Time in which a basket loses half its weight, as a share of the log's time span. Positive. */
  readonly halfLifeShare: number;
}

/** Popularity with older baskets counting less. Returns the same array each time. */
export function recentPopular(
  { numItems, baskets }: BaselineLog,
  { halfLifeShare }: RecentPopularParameters,
): Recommender {
  const firstMs = baskets[0]?.atMs ?? 0;
  const lastMs = baskets.at(-1)?.atMs ?? 0;
  const halfLifeMs = Math.max(1, halfLifeShare * (lastMs - firstMs));
  const sums = new Float64Array(numItems);
  for (const { atMs, rows } of baskets) {
    const weight = 0.5 ** ((lastMs - atMs) / halfLifeMs);
    for (const row of rows) sums[row] = (sums[row] as number) + weight;
  }
  const scores = Float32Array.from(sums);
  return () => scores;
}
