/** All item vectors, quantized by row: row r is `scales[r] * values[r * dim …]`. */
export interface ItemTable {
  /** N. */
  readonly numItems: number;
  /** D. */
  readonly dim: number;
  /** `[N]`. */
  readonly scales: Float32Array;
  /** `[N, D]`. */
  readonly values: Int8Array;
}

/** A scale below float32's normal numbers loses digits, and 127 steps of it overflow int8. */
const SMALLEST_SCALE = 2 ** -126;

/**
 * Quantizes rows to int8 with one scale a row.
 *
 * @param vectors `[rows, dim]`, finite. Not modified.
 * @param steps What the largest magnitude becomes, 1…127: few of them pack well.
 * @returns Error of each value at most half its row's scale; a zero row, or one below 1.5e-36, has scale 0.
 * @throws {RangeError} If a value is not finite.
 */
export function quantizeRows(vectors: Float32Array, dim: number, steps = 127): Pick<ItemTable, 'scales' | 'values'> {
  const rows = vectors.length / dim;
  const scales = new Float32Array(rows);
  const values = new Int8Array(vectors.length);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let d = 0; d < dim; d++) {
      const magnitude = Math.abs(vectors[row * dim + d] as number);
      if (!Number.isFinite(magnitude)) throw new RangeError(`expected finite values, got ${magnitude} in row ${row}`);
      if (magnitude > largest) largest = magnitude;
    }
    const scale = Math.fround(largest / steps);
    if (scale < SMALLEST_SCALE) continue;
    scales[row] = scale;
    for (let d = 0; d < dim; d++) {
      values[row * dim + d] = Math.round((vectors[row * dim + d] as number) / scale);
    }
  }
  return { scales, values };
}

/** Writes row `row` as float32 into `out[offset … offset + dim)`. */
export function dequantizeRow(
  table: Pick<ItemTable, 'dim' | 'scales' | 'values'>,
  row: number,
  out: Float32Array,
  offset = 0,
): void {
  const { dim, scales, values } = table;
  const scale = scales[row] as number;
  for (let d = 0; d < dim; d++) out[offset + d] = scale * (values[row * dim + d] as number);
}

/** One over a row's L2 norm; 0 for a zero row, so that its cosine is 0. */
export function inverseNorm({ dim, scales, values }: ItemTable, row: number): number {
  let squares = 0;
  for (let d = 0, at = row * dim; d < dim; d++, at++) squares += (values[at] as number) ** 2;
  const norm = (scales[row] as number) * Math.sqrt(squares);
  return norm > 0 ? 1 / norm : 0;
}

/** Dot product of a query with one row, in float64. */
export function dotRow({ dim, scales, values }: ItemTable, row: number, query: Float32Array): number {
  let sum = 0;
  for (let d = 0, at = row * dim; d < dim; d++, at++) sum += (query[d] as number) * (values[at] as number);
  return sum * (scales[row] as number);
}
