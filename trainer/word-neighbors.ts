import { topRows } from '#model/top-rows.ts';
import { MAX_COMPARED_ITEMS, MAX_TEXT_NEIGHBORS, type TextNeighbors } from './text-neighbors.ts';
import type { WordIndex } from './word-index.ts';

/**
 * Finds each item's nearest by the words and attributes they share.
 *
 * @returns Nothing where no two items share a word, and for a catalog of more than 50,000 items.
 */
export function wordNeighbors(words: WordIndex, numItems: number): TextNeighbors | undefined {
  if (numItems > MAX_COMPARED_ITEMS) return undefined;
  const count = Math.min(MAX_TEXT_NEIGHBORS, numItems - 1);
  const found = { count, rows: new Uint32Array(numItems * count), cosines: new Float32Array(numItems * count) };
  const cosines = new Float32Array(numItems);
  for (let row = 0; row < numItems; row++) {
    words.cosinesWith(row, cosines);
    cosines[row] = Number.NEGATIVE_INFINITY;
    const nearest = topRows(cosines, count);
    found.rows.set(nearest, row * count);
    found.cosines.set(
      Float32Array.from(nearest, (other) => cosines[other] as number),
      row * count,
    );
  }
  return found.cosines.some((cosine) => cosine > 0) ? found : undefined;
}
