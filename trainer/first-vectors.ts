import type { Random } from './seeded-random.ts';

/** Long enough to be told apart by the encoder, short enough to stand below what is known. */
const LENGTH = 0.3;

/**
 * Gives each row of zeros, an item of which nothing may ship, a random direction. It says nothing of the item,
 * but lets devices tell it from others: what goes with it can then be learned from the first round on.
 *
 * @param vectors `[N, D]`. Not modified.
 */
export function withFirstVectors(
  vectors: Float32Array,
  { dim, random }: { readonly dim: number; readonly random: Random },
): Float32Array {
  const filled = vectors.slice();
  for (let start = 0; start < filled.length; start += dim) {
    const row = filled.subarray(start, start + dim);
    if (row.some((value) => value !== 0)) continue;
    for (let d = 0; d < dim; d++) row[d] = 2 * random() - 1;
    const stretch = LENGTH / Math.hypot(...row);
    for (let d = 0; d < dim; d++) row[d] = stretch * (row[d] as number);
  }
  return filled;
}
