import { type Bytes, concatBytes } from './bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

/** Vectors in int8 with one scale a row: row r is `scales[r] * values[r * dim …]`. */
export interface QuantizedRows {
  /** `[rows]`, each finite and at least 0. */
  readonly scales: Float32Array;
  /** `[rows, dim]`. */
  readonly values: Int8Array;
}

/**
 * Reads quantized rows out of a file, little-endian:
 *
 *     f32[rows] scales | i8[rows * dim] values
 *
 * @param bytes Long enough: the caller has checked its length.
 * @param offset Where the scales start; a multiple of 4.
 * @returns Views into `bytes`, not copies.
 * @throws {ProtocolError} With `code` if a scale is negative or not finite.
 */
export function parseQuantizedRows(
  bytes: ArrayBuffer,
  {
    offset,
    rows,
    dim,
    code,
  }: { readonly offset: number; readonly rows: number; readonly dim: number; readonly code: ProtocolErrorCode },
): QuantizedRows {
  const scales = new Float32Array(bytes, offset, rows);
  if (!scales.every((scale) => scale >= 0 && Number.isFinite(scale))) {
    throw new ProtocolError(code, 'expected every scale to be finite and at least 0');
  }
  return { scales, values: new Int8Array(bytes, offset + 4 * rows, rows * dim) };
}

/** The bytes that {@link parseQuantizedRows} reads. */
export function encodeQuantizedRows({ scales, values }: QuantizedRows): Bytes {
  return concatBytes(
    new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
}
