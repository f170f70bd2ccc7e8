/**
 * Item vectors as 16 codes of a byte each, for catalogs where int8 rows weigh too much.
 *
 * A code names one of {@link NUM_CENTROIDS} centroids; a vector is the sum of what its codes name. The
 * first two stand for whole vectors, the second for what the first leaves; each of the other 14 stands
 * for its own part of what both leave (residual and product quantization: Jégou, Douze and Schmid 2011).
 * All items share the centroids, the codebooks.
 */

import { type Bytes, checkLength } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { encodeQuantizedRows, parseQuantizedRows } from './quantized-rows.ts';

export const CODES_PER_ITEM = 16;
/** Centroids a code: every byte names one. */
export const NUM_CENTROIDS = 256;
/** Codes for whole vectors; the others are for parts. */
export const NUM_WHOLE = 2;
const NUM_PARTS = CODES_PER_ITEM - NUM_WHOLE;

/** The centroids behind the codes. */
export interface Codebooks {
  /** `[CODES_PER_ITEM]`, of each code's centroids. */
  readonly scales: Float32Array;
  /** Code by code: `[to − from, NUM_CENTROIDS]`, where from and to are its {@link codedSlice}. */
  readonly values: Int8Array;
}

/** Which coordinates of a vector code number `code` stands for: `from … to − 1`. */
export function codedSlice(code: number, dim: number): { readonly from: number; readonly to: number } {
  if (code < NUM_WHOLE) return { from: 0, to: dim };
  const part = code - NUM_WHOLE;
  return { from: Math.floor((part * dim) / NUM_PARTS), to: Math.floor(((part + 1) * dim) / NUM_PARTS) };
}

/** Sums of three centroids stay finite in float32. */
const MAX_SCALE = 1e35;

/**
 * Parses codebooks.
 *
 *     f32[CODES_PER_ITEM] scales | i8[3 * NUM_CENTROIDS * D] values
 *
 * @param dim D.
 * @returns Views into `bytes`, not copies.
 * @throws {ProtocolError} `codebooks-invalid` if the length is another, or a scale is negative, not
 *   finite or so large that a vector would not be.
 */
export function parseCodebooks(bytes: ArrayBuffer, dim: number): Codebooks {
  const numValues = (NUM_WHOLE + 1) * NUM_CENTROIDS * dim;
  checkLength(bytes, 4 * CODES_PER_ITEM + numValues, 'codebooks-invalid');
  const codebooks = parseQuantizedRows(bytes, {
    offset: 0,
    rows: CODES_PER_ITEM,
    dim: numValues / CODES_PER_ITEM, // a mean: codes of a part have fewer values than those of the whole
    code: 'codebooks-invalid',
  });
  if (codebooks.scales.some((scale) => scale > MAX_SCALE)) {
    throw new ProtocolError('codebooks-invalid', `expected scales of at most ${MAX_SCALE}`);
  }
  return codebooks;
}

/** The bytes that {@link parseCodebooks} reads. */
export function encodeCodebooks(codebooks: Codebooks): Bytes {
  return encodeQuantizedRows(codebooks);
}

/**
 * Parses a shard of codes: `u8[rows * CODES_PER_ITEM]` and nothing else, since 16 bytes an item are
 * meant to be all. Which rows they are, the signed manifest says beside the shard's digest.
 *
 * @returns A view into `bytes`, `[rows, CODES_PER_ITEM]`.
 * @throws {ProtocolError} `shard-truncated` if the length is another.
 */
export function parseCodes(bytes: ArrayBuffer, rows: number): Uint8Array {
  checkLength(bytes, rows * CODES_PER_ITEM, 'shard-truncated');
  return new Uint8Array(bytes);
}
