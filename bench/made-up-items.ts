import { quantizeRows } from '#model/item-table.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';

/** Items of a cluster, on average: about what a shop's product types hold. */
const CLUSTER_SIZE = 60;
/** Rows made at once. */
const BLOCK_ROWS = 1000;

/**
 * A made-up catalog and queries for it.
 *
 * `clusters`: unit vectors around centers of different sizes, a third of them further out, and queries near
 * some; `gaussian`: nothing but noise. Popularity falls off as a shop's does.
 */
export function makeItems(
  structure: 'clusters' | 'gaussian',
  { numItems, dim, seed }: { readonly numItems: number; readonly dim: number; readonly seed: number },
): { readonly table: ScoringTable; nextQuery(): Float32Array } {
  const random = seededRandom(seed);
  const numCenters = Math.ceil(numItems / CLUSTER_SIZE);
  const centers = normals(structure === 'clusters' ? numCenters * dim : 0, random);
  const draw = (): Float32Array => {
    if (structure === 'gaussian') return normals(dim, random);
    const start = Math.floor(numCenters * random() ** 2) * dim;
    const distance = random() < 1 / 3 ? 0.9 : 0.5;
    return unit(normals(dim, random).map((value, d) => (centers[start + d] as number) + distance * value));
  };
  const table = createScoringTable(numItems, dim);
  for (let row = 0; row < numItems; row += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, numItems - row);
    const vectors = new Float32Array(rows * dim);
    for (let i = 0; i < rows; i++) vectors.set(draw(), i * dim);
    const { scales, values } = quantizeRows(vectors, dim);
    table.scales.set(scales, row);
    table.values.set(values, row * dim);
  }
  for (let row = 0; row < numItems; row++) table.popularity[row] = random() ** 4;
  table.lifts.fill(0);
  return { table, nextQuery: draw };
}

/** Sums of four uniform numbers: close enough to a normal distribution, and quick. */
function normals(length: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => Math.sqrt(3) * (random() + random() + random() + random() - 2));
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
