import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { latestRows } from './case-rows.ts';
import { makeScoreBuffer } from './score-buffer.ts';

/** Items that go with one item. */
export interface RelatedItems {
  /** All different. */
  readonly rows: Uint32Array;
  /** As long as `rows`, positive. */
  readonly weights: Float64Array;
}

export interface RelatedRule {
  readonly relatedTo: (row: number) => RelatedItems;
  /** An event counts this much less than the one after it, 0…1; 0 for the last event alone. */
  readonly eventDecay: number;
  /** Of so many of the case's latest baskets no item is scored again. */
  readonly freshBaskets: number;
}

/** Events whose weight has fallen below this are not read. */
const LEAST_WEIGHT = 1e-3;

/**
 * Scores items by what goes with the case's events.
 *
 * @returns A recommender that returns the same array each time.
 */
export function recommendRelated(
  { popularity, rowOf }: BaselineLog,
  { relatedTo, eventDecay, freshBaskets }: RelatedRule,
): Recommender {
  const relatedByRow = new Map<number, RelatedItems>(); // made when first asked for: tuning asks for few
  const { sums, toScores } = makeScoreBuffer(popularity);
  return ({ events }) => {
    let weight = 1;
    for (const row of latestRows(events, rowOf)) {
      if (weight < LEAST_WEIGHT) break;
      const related = relatedByRow.get(row) ?? relatedTo(row);
      relatedByRow.set(row, related);
      for (let i = 0; i < related.rows.length; i++) {
        const other = related.rows[i] as number;
        sums[other] = (sums[other] as number) + weight * (related.weights[i] as number);
      }
      weight *= eventDecay;
    }
    for (const row of freshBaskets > 0 ? latestRows(events, rowOf, freshBaskets) : []) sums[row] = 0;
    return toScores();
  };
}

/** Adds up weights by row, for one item's related items after another. */
export interface RelatedSums {
  readonly add: (row: number, amount: number) => void;
  /** What was added since the last call. */
  readonly take: () => RelatedItems;
}

export function makeRelatedSums(numItems: number): RelatedSums {
  const sums = new Float64Array(numItems);
  let touched: number[] = [];
  return {
    add: (row, amount) => {
      if (sums[row] === 0) touched.push(row);
      sums[row] = (sums[row] as number) + amount;
    },
    take: () => {
      const rows = Uint32Array.from(touched);
      const weights = Float64Array.from(touched, (row) => sums[row] as number);
      for (const row of touched) sums[row] = 0;
      touched = [];
      return { rows, weights };
    },
  };
}
