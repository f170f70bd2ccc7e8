import { type Bytes, concatBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';

/** A block of item embeddings: row r of the block is `scales[r] * values[r * dim …]`. */
export interface Shard {
  readonly firstRow: number;
  readonly rows: number;
  readonly dim: number;
  /** `[rows]`, each finite and at least 0. */
  readonly scales: Float32Array;
  /** `[rows, dim]`. */
  readonly values: Int8Array;
}

const HEADER_BYTES = 12;

/**
 * Parses one shard.
 *
 * Layout, little-endian:
 *
 *     u32 firstRow | u32 rows | u32 dim | f32[rows] scales | i8[rows * dim] values
 *
 * @param bytes The whole file, its digest already checked against the manifest.
 * @param expected What the manifest says of this shard: a shard of another version or place must
 *   not be read as this one.
 * @returns Views into `bytes`, not copies: keep `bytes` unchanged.
 * @throws {ProtocolError} `shard-truncated` if the length is not what the header implies;
 *   `shard-invalid` if header or scales don't fit.
 */
export function parseShard(
  bytes: ArrayBuffer,
  expected: { readonly firstRow: number; readonly rows: number; readonly dim: number },
): Shard {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new ProtocolError('shard-truncated', `expected at least ${HEADER_BYTES} bytes, got ${bytes.byteLength}`);
  }
  const [firstRow, rows, dim] = new Uint32Array(bytes, 0, 3) as unknown as [number, number, number];
  const length = HEADER_BYTES + rows * (4 + dim);
  if (bytes.byteLength !== length) {
    throw new ProtocolError('shard-truncated', `expected ${length} bytes from the header, got ${bytes.byteLength}`);
  }
  if (firstRow !== expected.firstRow || rows !== expected.rows || dim !== expected.dim) {
    throw new ProtocolError(
      'shard-invalid',
      `expected rows ${expected.firstRow}+${expected.rows} of width ${expected.dim}, got ${firstRow}+${rows} of ${dim}`,
    );
  }
  const scales = new Float32Array(bytes, HEADER_BYTES, rows);
  for (const scale of scales) {
    if (!(scale >= 0 && Number.isFinite(scale))) {
      throw new ProtocolError('shard-invalid', 'expected every scale to be finite and at least 0');
    }
  }
  return { firstRow, rows, dim, scales, values: new Int8Array(bytes, HEADER_BYTES + 4 * rows, rows * dim) };
}

/** The bytes that {@link parseShard} reads. */
export function encodeShard({ firstRow, rows, dim, scales, values }: Shard): Bytes {
  if (scales.length !== rows || values.length !== rows * dim) {
    throw new RangeError(`expected ${rows} scales and ${rows * dim} values, got ${scales.length} and ${values.length}`);
  }
  return concatBytes(bytesOf(new Uint32Array([firstRow, rows, dim])), bytesOf(scales), bytesOf(values));
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
