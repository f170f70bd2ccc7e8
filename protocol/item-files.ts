/**
 * The bundle's binary files with one entry an item: neighbors, popularity and groups.
 *
 * All little-endian, `N` rows in the catalog's order.
 */

import { type Bytes, checkLength, concatBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';

/** An item ships at most this many neighbors. */
export const MAX_NEIGHBORS = 32;

/** Neighbor lists in compressed sparse rows: row r owns entries `offsets[r] … offsets[r + 1] − 1`. */
export interface Neighbors {
  /** `[N + 1]`, rising from 0. */
  readonly offsets: Uint32Array;
  /** Neighbor rows, strongest first. */
  readonly rows: Uint32Array;
  /** See {@link neighborWeight}. The weight of an item in its own list is how likely it is wanted again. */
  readonly weights: Uint8Array;
}

/** A neighbor's weight, 0…1, from its byte: bytes are roots, so that a list's small weights differ too. */
export function neighborWeight(byte: number): number {
  return (byte / 255) ** 2;
}

/** What is known of an item without any history of the shopper's, 0…255, `[N]` each. */
export interface Popularity {
  /** Log-scaled. */
  readonly recent: Uint8Array;
  /** Log-scaled. */
  readonly longRun: Uint8Array;
  /** 255 for an item that came into the shop as the model was made and that too few had to have a popularity. */
  readonly newness: Uint8Array;
}

/**
 * Parses neighbor lists.
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

/**
 * Parses popularity.
 *
 *     u8[N] recent | u8[N] longRun | u8[N] newness
 *
 * Bundles of 0.1.0 have no newness: nothing is new then.
 *
 * @throws {ProtocolError} `popularity-invalid` if the length is another.
 */
export function parsePopularity(bytes: ArrayBuffer, numItems: number): Popularity {
  const hasNewness = bytes.byteLength !== 2 * numItems;
  if (hasNewness) checkLength(bytes, 3 * numItems, 'popularity-invalid');
  return {
    recent: new Uint8Array(bytes, 0, numItems),
    longRun: new Uint8Array(bytes, numItems, numItems),
    newness: hasNewness ? new Uint8Array(bytes, 2 * numItems, numItems) : new Uint8Array(numItems),
  };
}

/** The bytes that {@link parsePopularity} reads. */
export function encodePopularity({ recent, longRun, newness }: Popularity): Bytes {
  return concatBytes(recent, longRun, newness);
}

/**
 * Parses the row groups of model updates: `u16[N]`, each below `numGroups`.
 *
 * @throws {ProtocolError} `groups-invalid` if the length or a group is impossible.
 */
export function parseGroups(
  bytes: ArrayBuffer,
  { numItems, numGroups }: { readonly numItems: number; readonly numGroups: number },
): Uint16Array {
  checkLength(bytes, 2 * numItems, 'groups-invalid');
  const groups = new Uint16Array(bytes);
  for (const group of groups) {
    if (group >= numGroups)
      throw new ProtocolError('groups-invalid', `expected groups below ${numGroups}, got ${group}`);
  }
  return groups;
}

/** The bytes that {@link parseGroups} reads. */
export function encodeGroups(groups: Uint16Array): Bytes {
  return concatBytes(bytesOf(groups));
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
