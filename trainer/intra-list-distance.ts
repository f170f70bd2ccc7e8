/** Row vectors `[rows, dim]`, row-major; an item table is one, since a cosine does not see a row's scale. */
export interface RowVectors {
  readonly dim: number;
  readonly values: ArrayLike<number>;
}

/**
 * Mean of 1 − cosine over all pairs of a list's rows: 0 for copies of one item, about 1 for items that
 * have nothing in common. A list made varied by the same vectors looks better here than by others.
 *
 * @param rows All different. A zero vector's cosine with others is 0.
 * @returns 0 for fewer than two rows.
 */
export function intraListDistance(rows: ArrayLike<number>, { dim, values }: RowVectors): number {
  if (rows.length < 2) return 0;
  // The squared norm of the sum of unit vectors holds every pair twice and every vector with itself once.
  const sum = new Float64Array(dim);
  let numUnit = 0;
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * dim;
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += (values[start + d] as number) ** 2;
    if (squares === 0) continue;
    numUnit++;
    const inverseNorm = 1 / Math.sqrt(squares);
    for (let d = 0; d < dim; d++) sum[d] = (sum[d] as number) + inverseNorm * (values[start + d] as number);
  }
  const squaredNorm = sum.reduce((total, value) => total + value * value, 0);
  return 1 - (squaredNorm - numUnit) / (rows.length * (rows.length - 1));
}

/** Mean over the lists of at least two rows; 0 where there is none. */
export function meanIntraListDistance(lists: readonly ArrayLike<number>[], vectors: RowVectors): number {
  const lengthy = lists.filter((rows) => rows.length >= 2);
  const sum = lengthy.reduce((total, rows) => total + intraListDistance(rows, vectors), 0);
  return lengthy.length === 0 ? 0 : sum / lengthy.length;
}
