/**
 * Adds a round's change to the item vectors: `E[row] += stepSize · B[group of row] · A`.
 *
 * @param vectors `[N, D]`. Not modified.
 * @param meanUpdate B, mean over the cohort, `[numGroups, rank]` flattened.
 * @param factor A, `[rank, D]`.
 * @returns `[N, D]`, new.
 */
export function applyUpdate(
  vectors: Float32Array,
  {
    meanUpdate,
    factor,
    groups,
    rank,
    stepSize,
  }: {
    readonly meanUpdate: Float32Array;
    readonly factor: Float32Array;
    readonly groups: Uint16Array;
    readonly rank: number;
    readonly stepSize: number;
  },
): Float32Array {
  const dim = factor.length / rank;
  const changed = vectors.slice();
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    for (let r = 0; r < rank; r++) {
      const amount = stepSize * (meanUpdate[group * rank + r] as number);
      for (let d = 0; d < dim; d++) {
        changed[row * dim + d] = (changed[row * dim + d] as number) + amount * (factor[r * dim + d] as number);
      }
    }
  }
  return changed;
}
