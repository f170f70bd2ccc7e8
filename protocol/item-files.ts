/**
 * The bundle's shards of popularity and groups, and neighbor lists as the trainer makes them; how those ship is
 * in `neighbor-lists.ts`.
 */

import { type Bytes, checkLength, concatBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';

/** An item ships at most this many neighbors. */
export const MAX_NEIGHBORS = 32;

/** Neighbor lists in compressed sparse rows: row r owns entries `offsets[r] … offsets[r + 1] − 1`. */
export interface Neighbors {
  /** `[N + 1]`, rising from 0. */
  readonly offsets: Uint32Array;
  /** Neighbor rows, strongest first, each once in a list. */
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
 * Parses a shard of popularity.
 *
 *     u8[rows] recent | u8[rows] longRun | u8[rows] newness
 *
 * @returns Views into `bytes`, not copies.
 * @throws {ProtocolError} `popularity-invalid` if the length is another.
 */
export function parsePopularity(bytes: ArrayBuffer, rows: number): Popularity {
  checkLength(bytes, 3 * rows, 'popularity-invalid');
  return {
    recent: new Uint8Array(bytes, 0, rows),
    longRun: new Uint8Array(bytes, rows, rows),
    newness: new Uint8Array(bytes, 2 * rows, rows),
  };
}

/** The bytes that {@link parsePopularity} reads. */
export function encodePopularity({ recent, longRun, newness }: Popularity): Bytes {
  return concatBytes(recent, longRun, newness);
}

/**
 * Parses a shard of the row groups of model updates, each below `numGroups`:
 *
 *     u8[rows] low bytes | u8[rows] high bytes
 *
 * @returns A copy.
 * @throws {ProtocolError} `groups-invalid` if the length or a group is impossible.
 */
export function parseGroups(
  bytes: ArrayBuffer,
  { rows, numGroups }: { readonly rows: number; readonly numGroups: number },
): Uint16Array {
  checkLength(bytes, 2 * rows, 'groups-invalid');
  const low = new Uint8Array(bytes, 0, rows);
  const high = new Uint8Array(bytes, rows, rows);
  const groups = Uint16Array.from(low, (byte, row) => byte + 256 * (high[row] as number));
  for (const group of groups) {
    if (group >= numGroups) {
      throw new ProtocolError('groups-invalid', `expected groups below ${numGroups}, got ${group}`);
    }
  }
  return groups;
}

/** The bytes that {@link parseGroups} reads. */
export function encodeGroups(groups: Uint16Array): Bytes {
  const low = Uint8Array.from(groups, (group) => group % 256);
  const high = Uint8Array.from(groups, (group) => group >> 8);
  return concatBytes(low, high);
}
