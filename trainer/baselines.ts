import type { Dataset } from './dataset.ts';
import { rowLookup } from './device-recommender.ts';
import { countItems } from './item-counts.ts';
import type { Recommender } from './measure-ranking.ts';

/** Trivial recommenders that a model has to stand beside. Trained on `dataset.baskets`. */
export function popularBaseline({ items, baskets }: Dataset): Recommender {
  const scores = Float32Array.from(countItems(baskets, items.length).orders);
  return () => scores;
}

/** Popularity among the latest orders alone. */
export function recentPopularBaseline({ items, baskets }: Dataset, windowMs: number): Recommender {
  const fromMs = (baskets.at(-1)?.atMs ?? 0) - windowMs;
  return popularBaseline({ items, baskets: baskets.filter(({ atMs }) => atMs >= fromMs) });
}

/** How often each item directly followed the customer's last item; popularity breaks ties. */
export function itemTransitionsBaseline(dataset: Dataset): Recommender {
  const { items, baskets } = dataset;
  const popular = countItems(baskets, items.length).orders;
  const mostOrdered = popular.reduce((largest, count) => Math.max(largest, count), 1);
  const followers = new Map<number, Map<number, number>>();
  const lastRowOf = new Map<string, number>();
  for (const { customer, rows } of baskets) {
    for (const row of rows) {
      const last = lastRowOf.get(customer);
      lastRowOf.set(customer, row);
      if (last === undefined) continue;
      const counts = followers.get(last) ?? new Map<number, number>();
      followers.set(last, counts);
      counts.set(row, (counts.get(row) ?? 0) + 1);
    }
  }
  const rowOf = rowLookup(items);
  return ({ events }) => {
    const scores = Float32Array.from(popular, (count) => (0.5 * count) / mostOrdered);
    const last = events.findLast((event) => event.kind !== 'search');
    const lastRow = last && rowOf(last.itemId);
    for (const [row, count] of (lastRow !== undefined && followers.get(lastRow)) || []) {
      scores[row] = (scores[row] as number) + count;
    }
    return scores;
  };
}
