import { quantizeRows } from '#model/item-table.ts';
import { topRows } from '#model/top-rows.ts';
import { createDenseScorer } from './dense-scorer.ts';

/** The items whose texts are most like each item's, `[N, count]`, nearest first. */
export interface TextNeighbors {
  readonly count: number;
  readonly rows: Uint32Array;
  /** Above 0, at most 1; 0 where there is no further neighbor. */
  readonly cosines: Float32Array;
}

/** As many as a neighbor list holds. */
export const MAX_TEXT_NEIGHBORS = 32;
/** Comparing every two items takes minutes above this; such a shop's log says enough. */
export const MAX_COMPARED_ITEMS = 50_000;

/**
 * Finds each item's nearest by the cosine of their text features, exactly up to int8 rounding.
 *
 * @param features `[N, textDim]`; a row of zeros has no neighbors and is nobody's.
 * @returns Nothing for a catalog without texts or of more than 50,000 items.
 */
export async function textNeighbors(features: Float32Array, numItems: number): Promise<TextNeighbors | undefined> {
  const dim = features.length / numItems;
  if (dim === 0 || numItems > MAX_COMPARED_ITEMS) return undefined;
  const units = unitRows(features, dim);
  const scoreAll = createDenseScorer({ numItems, dim, ...quantizeRows(units, dim) });
  const count = Math.min(MAX_TEXT_NEIGHBORS, numItems - 1);
  const rows = new Uint32Array(numItems * count);
  const cosines = new Float32Array(numItems * count);
  const scores = new Float32Array(numItems);
  for (let row = 0; row < numItems; row++) {
    scoreAll(units.subarray(row * dim, (row + 1) * dim), scores);
    scores[row] = Number.NEGATIVE_INFINITY;
    topRows(scores, count).forEach((neighbor, i) => {
      rows[row * count + i] = neighbor;
      cosines[row * count + i] = Math.min(1, Math.max(0, scores[neighbor] as number)); // rounding may pass 1
    });
  }
  return { count, rows, cosines };
}

function unitRows(features: Float32Array, dim: number): Float32Array {
  const units = features.slice();
  for (let start = 0; start < units.length; start += dim) {
    const row = units.subarray(start, start + dim);
    const norm = Math.hypot(...row);
    if (norm > 0) for (let d = 0; d < dim; d++) row[d] = (row[d] as number) / norm;
  }
  return units;
}
