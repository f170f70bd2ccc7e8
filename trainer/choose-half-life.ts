import { ndcgAt } from '#model/metrics.ts';
import { popularityOf } from '#model/popularity.ts';
import { topRows } from '#model/top-rows.ts';
import { CONFIG } from './config.ts';
import { countItems, measurePopularity } from './item-counts.ts';
import { ranksOnList } from './list-ranks.ts';
import { LIST_LENGTH } from './measure-ranking.ts';
import type { Selection } from './selection.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Half-lives to try, as shares of the time that the log covers: a log of two weeks has other seasons than one of a year. */
const SHARES = [1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1];

/** Chooses in what time the recent list forgets half of an order, for the NDCG@20 of popularity alone. */
export function chooseHalfLife(
  { before, cases }: Selection,
  { numItems, minCustomers }: { readonly numItems: number; readonly minCustomers: number },
): number {
  const spanMs = (before.at(-1)?.atMs ?? 0) - (before.at(0)?.atMs ?? 0);
  if (cases.length === 0 || spanMs === 0) return CONFIG.recentHalfLifeDays * DAY_MS;
  const counts = countItems(before, numItems);
  let best = { halfLifeMs: CONFIG.recentHalfLifeDays * DAY_MS, ndcg: Number.NEGATIVE_INFINITY };
  for (const share of SHARES) {
    const halfLifeMs = share * spanMs;
    const { recent, longRun } = measurePopularity(before, { counts, minCustomers, halfLifeMs });
    const scores = Float32Array.from(recent, (value, row) => popularityOf(value, longRun[row] as number));
    const list = topRows(scores, LIST_LENGTH);
    const gains = cases.map(({ targets }) => ndcgAt(ranksOnList(list, targets), LIST_LENGTH));
    const ndcg = gains.reduce((sum, gain) => sum + gain, 0) / cases.length;
    if (ndcg > best.ndcg) best = { halfLifeMs, ndcg };
  }
  return best.halfLifeMs;
}
