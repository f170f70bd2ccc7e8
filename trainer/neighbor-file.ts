import { type Bytes, checkLength, concatBytes } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';

/**
 * Parses neighbor lists as the trainer keeps them, the strongest first:
 *
 *     u32[N + 1] offsets | u32[E] rows | u8[E] weights
 *
 * @throws {ProtocolError} `neighbors-invalid` if the length, an offset or a row is impossible.
 */
export function parseNeighbors(bytes: ArrayBuffer, numItems: number): Neighbors {
  const headBytes = 4 * (numItems + 1);
  if (bytes.byteLength < headBytes) {
    throw new ProtocolError('neighbors-invalid', `expected at least ${headBytes} bytes, got ${bytes.byteLength}`);
  }
  const offsets = new Uint32Array(bytes, 0, numItems + 1);
  const numEntries = offsets[numItems] as number;
  checkLength(bytes, headBytes + 5 * numEntries, 'neighbors-invalid');
  for (let row = 0; row < numItems; row++) {
    const count = (offsets[row + 1] as number) - (offsets[row] as number);
    if (count < 0 || count > MAX_NEIGHBORS) {
      throw new ProtocolError('neighbors-invalid', `expected 0–${MAX_NEIGHBORS} neighbors an item, got ${count}`);
    }
  }
  if (offsets[0] !== 0) throw new ProtocolError('neighbors-invalid', 'expected the first offset to be 0');
  const rows = new Uint32Array(bytes, headBytes, numEntries);
  for (const row of rows) {
    if (row >= numItems) throw new ProtocolError('neighbors-invalid', `expected rows below ${numItems}, got ${row}`);
  }
  return { offsets, rows, weights: new Uint8Array(bytes, headBytes + 4 * numEntries, numEntries) };
}

/** The bytes that {@link parseNeighbors} reads. */
export function encodeNeighbors({ offsets, rows, weights }: Neighbors): Bytes {
  return concatBytes(bytesOf(offsets), bytesOf(rows), weights);
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
