import { type Bytes, checkLength, concatBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { encodeQuantizedRows, parseQuantizedRows, type QuantizedRows } from './quantized-rows.ts';

/** A block of item embeddings. */
export interface Shard extends QuantizedRows {
  readonly firstRow: number;
  readonly rows: number;
  readonly dim: number;
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
  checkLength(bytes, HEADER_BYTES + rows * (4 + dim), 'shard-truncated');
  if (firstRow !== expected.firstRow || rows !== expected.rows || dim !== expected.dim) {
    throw new ProtocolError(
      'shard-invalid',
      `expected rows ${expected.firstRow}+${expected.rows} of width ${expected.dim}, got ${firstRow}+${rows} of ${dim}`,
    );
  }
  return {
    firstRow,
    rows,
    dim,
    ...parseQuantizedRows(bytes, { offset: HEADER_BYTES, rows, dim, code: 'shard-invalid' }),
  };
}

/** The bytes that {@link parseShard} reads. */
export function encodeShard({ firstRow, rows, dim, scales, values }: Shard): Bytes {
  if (scales.length !== rows || values.length !== rows * dim) {
    throw new RangeError(`expected ${rows} scales and ${rows * dim} values, got ${scales.length} and ${values.length}`);
  }
  return concatBytes(
    new Uint8Array(new Uint32Array([firstRow, rows, dim]).buffer),
    encodeQuantizedRows({ scales, values }),
  );
}
