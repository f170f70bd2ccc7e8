import type { Shard } from '#protocol/shard.ts';

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

/**
 * Puts shards together into one table.
 *
 * @param shards In row order, covering every row once, as a manifest guarantees.
 * @returns Copies: the shards' buffers may go.
 */
export function assembleItemTable(shards: readonly Shard[]): ItemTable {
  const numItems = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const dim = shards[0]?.dim ?? 0;
  const scales = new Float32Array(numItems);
  const values = new Int8Array(numItems * dim);
  for (const shard of shards) {
    scales.set(shard.scales, shard.firstRow);
    values.set(shard.values, shard.firstRow * dim);
  }
  return { numItems, dim, scales, values };
}

/** A scale below float32's normal numbers loses digits, and 127 steps of it overflow int8. */
const SMALLEST_SCALE = 2 ** -126;

/**
 * Quantizes rows to int8 with one scale a row: the largest magnitude becomes 127.
 *
 * @param vectors `[rows, dim]`, finite. Not modified.
 * @returns Error of each value at most half its row's scale; a zero row, or one below 1.5e-36, has scale 0.
 * @throws {RangeError} If a value is not finite.
 */
export function quantizeRows(vectors: Float32Array, dim: number): Pick<ItemTable, 'scales' | 'values'> {
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
    const scale = Math.fround(largest / 127);
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

/** One over each row's L2 norm, `[N]`; 0 for a zero row, so that its cosine is 0. */
export function inverseNorms({ numItems, dim, scales, values }: ItemTable): Float32Array {
  const inverse = new Float32Array(numItems);
  for (let row = 0; row < numItems; row++) {
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += (values[row * dim + d] as number) ** 2;
    const norm = (scales[row] as number) * Math.sqrt(squares);
    inverse[row] = norm > 0 ? 1 / norm : 0;
  }
  return inverse;
}
