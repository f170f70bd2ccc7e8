import { dequantizeRow, type ItemTable, inverseNorm } from './item-table.ts';
import type { ScoredRows } from './scorer.ts';

/** Candidates that may change places: five times the longest shelf that is usual. */
export const HEAD_SIZE = 100;

/**
 * Reorders the head of a ranking so that similar items don't crowd a shelf: maximal marginal relevance
 * (Carbonell and Goldstein 1998), with the mean similarity to the rows before in place of the largest.
 *
 *     next = argmax (1 − diversity) · score ÷ (best − median score of the head)
 *                    − diversity · mean cosine with the rows already placed
 *
 * Scores count in units of the head's own range, so that the knob means the same in every shop: at 0.5,
 * standing at the head's top and not in its middle weighs as much as a mean cosine that is lower by 1. The
 * median, since an item that the blend pushes far down would stretch the whole range.
 *
 * Guarantees:
 * - Every row once, the first one first. What a shorter shelf takes, a longer one begins with.
 * - At 0 the order is the one given.
 * - After the same rows, a higher `diversity` never places a row of a higher mean cosine with them. That
 *   is said of one step: a whole list's mean distance rises on average over lists, not in each.
 *
 * @param head Best first, scores finite; of equal scores the first is preferred. Not modified.
 * @param items What the rows' vectors are read from.
 * @param diversity 0…1.
 * @returns Each row costs a pass over those left, so take only what is shown.
 * @throws {RangeError} On taking the first row, if `diversity` is not 0…1.
 */
export function* diversify({ rows, scores }: ScoredRows, items: ItemTable, diversity: number): Generator<number, void> {
  if (!(diversity >= 0 && diversity <= 1)) throw new RangeError(`expected diversity to be 0…1, got ${diversity}`);
  if (diversity === 0) return yield* rows;
  const { dim } = items;
  const units = new Float32Array(rows.length * dim); // [rows, D], by place in the head
  rows.forEach((row, place) => {
    const unit = units.subarray(place * dim, (place + 1) * dim);
    dequantizeRow(items, row, unit);
    const inverse = inverseNorm(items, row);
    for (let d = 0; d < dim; d++) unit[d] = (unit[d] as number) * inverse;
  });
  const cosines = new Float64Array(rows.length); // sums, with the rows placed
  const range = (scores[0] as number) - (scores[rows.length >> 1] as number);
  const relevance = (1 - diversity) / (range || 1); // where all are equal, distance alone decides
  const left = [...rows.keys()];
  for (let numPlaced = 0; left.length > 0; numPlaced++) {
    const penalty = diversity / (numPlaced || 1);
    let next = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < left.length; i++) {
      const place = left[i] as number;
      const marginal = relevance * (scores[place] as number) - penalty * (cosines[place] as number);
      if (marginal > highest) {
        highest = marginal;
        next = i;
      }
    }
    const [placed] = left.splice(next, 1) as [number];
    yield rows[placed] as number;
    for (const place of left) {
      let cosine = 0;
      for (let d = 0; d < dim; d++) cosine += (units[placed * dim + d] as number) * (units[place * dim + d] as number);
      cosines[place] = (cosines[place] as number) + cosine;
    }
  }
}
