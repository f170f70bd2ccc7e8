import type { Neighbors } from '#protocol/item-files.ts';
import { chooseEntries, entriesOf, type NeighborEntry, packLists, strongest } from './neighbor-entries.ts';
import type { WordIndex } from './word-index.ts';

/** Places of a list that new items may take. */
const MAX_NEW = 8;
/** What likeness counts without a shared word. */
const WITHOUT_WORDS = 0.3;
/** A new item that is less like another has no place in its list. */
const LEAST_WEIGHT = 0.005;

/**
 * Neighbor lists with the new items that are like each item, in the places of its weakest neighbors.
 *
 *     weight(i, j) = newness(j) · max(0, cosine(i, j))² · (0.3 + cosine of their words) / 1.3
 *
 * Nobody has had a new item with another yet: this comes from the catalog, and from vectors that ship anyway.
 *
 * @param vectors `[N, D]`, rows of length 1 or 0. @param newness `[N]`, 0…255.
 */
export function withNewNeighbors(
  neighbors: Neighbors,
  {
    vectors,
    newness,
    words,
  }: { readonly vectors: Float32Array; readonly newness: Uint8Array; readonly words: WordIndex },
): Neighbors {
  if (newness.every((value) => value === 0)) return neighbors;
  const numItems = newness.length;
  const dim = vectors.length / numItems;
  const found = Array.from({ length: numItems }, (): NeighborEntry[] => []);
  const cosines = new Float32Array(numItems);
  newness.forEach((value, row) => {
    if (value === 0) return;
    words.cosinesWith(row, cosines);
    const own = vectors.subarray(row * dim, (row + 1) * dim);
    found.forEach((list, other) => {
      const likeness = Math.max(0, dot(own, vectors, other * dim)) ** 2;
      const weight = ((value / 255) * likeness * (WITHOUT_WORDS + (cosines[other] as number))) / (1 + WITHOUT_WORDS);
      if (other === row || weight < LEAST_WEIGHT) return;
      list.push({ row, weight });
      if (list.length > 4 * MAX_NEW) list.splice(0, list.length, ...strongest(list, MAX_NEW));
    });
  });
  return packLists(
    found.map((list, row) => {
      const added = strongest(list, MAX_NEW);
      const rows = new Set(added.map((entry) => entry.row));
      const before = entriesOf(neighbors, row).filter((entry) => !rows.has(entry.row));
      const [own, others] = [before.filter((entry) => entry.row === row), before.filter((entry) => entry.row !== row)];
      return chooseEntries([...own, ...added], others);
    }),
  );
}

/** The product with the row of a matrix that starts at `start`. */
function dot(vector: Float32Array, matrix: Float32Array, start: number): number {
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += (vector[d] as number) * (matrix[start + d] as number);
  return sum;
}
