import type { ItemSegments } from './item-segments.ts';

// Who is shown, and how often. A list is one test case's shelf: item rows, best first, each once. Every
// place on a shelf counts the same.

/** How many of the lists show each item, `[N]`. */
export function countExposure(lists: readonly ArrayLike<number>[], numItems: number): Uint32Array {
  const exposure = new Uint32Array(numItems);
  for (const list of lists) {
    for (let place = 0; place < list.length; place++) {
      const row = list[place] as number;
      exposure[row] = (exposure[row] as number) + 1;
    }
  }
  return exposure;
}

/** Share of the items that are shown at least once, 0…1; 0 of no items. */
export function catalogCoverage(exposure: ArrayLike<number>): number {
  if (exposure.length === 0) return 0;
  return Array.from(exposure).filter((count) => count > 0).length / exposure.length;
}

/**
 * Gini coefficient: half the mean absolute difference of two items' counts, over their mean. 0 where all
 * items are shown alike, 1 − 1/N where one takes every place.
 *
 *     Σ (2 i − N − 1) · x_i ÷ (N · Σ x),   x rising, i from 1
 *
 * @param counts `[N]`, not negative.
 * @returns 0 where nothing is counted.
 */
export function giniCoefficient(counts: ArrayLike<number>): number {
  const rising = Float64Array.from(counts).sort();
  const total = rising.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const numItems = rising.length;
  const weighted = rising.reduce((sum, count, index) => sum + (2 * (index + 1) - numItems - 1) * count, 0);
  return weighted / (numItems * total);
}

/** One line of a fairness table. Shares are 0…1 and add up to 1 over the table. */
export interface SegmentExposure {
  readonly label: string;
  readonly numItems: number;
  /** Of all order lines; 0 where there are none. */
  readonly shareOfSales: number;
  /** Of all places on all lists; 0 where there are none. */
  readonly shareOfExposure: number;
  /** Exposure over sales: above 1 is shown more than it sells. `undefined` where nothing was sold. */
  readonly ratio: number | undefined;
}

/**
 * Each segment's share of what is shown beside its share of what was sold.
 *
 * @param exposure `[N]`, see {@link countExposure}.
 * @param sales `[N]`, order lines in the training data.
 * @returns In the order of the segments' labels; segments without items are left out.
 */
export function exposureBySegment(
  exposure: ArrayLike<number>,
  sales: ArrayLike<number>,
  { labels, segmentOf }: ItemSegments,
): SegmentExposure[] {
  const tallies = labels.map((label) => ({ label, numItems: 0, shown: 0, sold: 0 }));
  const total = { shown: 0, sold: 0 };
  segmentOf.forEach((segment, row) => {
    const tally = tallies[segment] as (typeof tallies)[number];
    tally.numItems++;
    for (const sum of [tally, total]) {
      sum.shown += exposure[row] as number;
      sum.sold += sales[row] as number;
    }
  });
  return tallies
    .filter(({ numItems }) => numItems > 0)
    .map(({ label, numItems, shown, sold }) => {
      const shareOfSales = sold / (total.sold || 1);
      const shareOfExposure = shown / (total.shown || 1);
      const ratio = shareOfSales === 0 ? undefined : shareOfExposure / shareOfSales;
      return { label, numItems, shareOfSales, shareOfExposure, ratio };
    });
}
