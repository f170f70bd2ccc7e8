/** Neighbor lists as they ship: in shards of items' rows, the rows of a list rising and by what is between them. */

import { type Bytes, concatBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { MAX_NEIGHBORS, type Neighbors, neighborWeight } from './item-files.ts';
import { createPlacedShards, type PlacedShards } from './placed-shards.ts';

/** What goes with each item. */
export interface NeighborLists {
  /**
   * Visits the neighbors of one item, each once; none of an item whose list is empty or not there yet.
   *
   * @param visit `weight` is 0…1. That of an item in its own list is how likely it is wanted again.
   */
  forEach(row: number, visit: (neighbor: number, weight: number) => void): void;
}

/**
 * The last digit of a gap is a byte below this, its others the bytes from here on: most gaps of a shop of some
 * thousand items are one byte or two.
 */
const LAST_DIGITS = 224;
const OTHER_DIGITS = 256 - LAST_DIGITS;

/**
 * Lists of one shard, read from its bytes as they are asked for:
 *
 *     u8[rows] lengths in bytes | lists
 *
 * An entry of a list is how many rows lie between its neighbor and the one before it, the highest digit first,
 * and u8 the neighbor's weight. What damaged bytes say of rows that the shop does not have is passed over.
 */
export class NeighborShard implements NeighborLists {
  readonly rows: number;
  readonly #bytes: Uint8Array;
  readonly #numItems: number;
  /** Where each list starts, and where the last one ends. */
  readonly #starts: Uint32Array;

  /**
   * @param bytes Kept, and read later.
   * @throws {ProtocolError} `neighbors-invalid` if the length is not what the lengths of the lists say.
   */
  constructor(bytes: Uint8Array, { rows, numItems }: { readonly rows: number; readonly numItems: number }) {
    this.rows = rows;
    this.#bytes = bytes;
    this.#numItems = numItems;
    this.#starts = new Uint32Array(rows + 1);
    let start = rows;
    for (let row = 0; row < rows; row++) {
      this.#starts[row] = start;
      start += bytes[row] as number;
    }
    this.#starts[rows] = start;
    if (start !== bytes.length) {
      throw new ProtocolError('neighbors-invalid', `expected ${start} bytes, got ${bytes.length}`);
    }
  }

  /** @param row Counted from the shard's first. */
  forEach(row: number, visit: (neighbor: number, weight: number) => void): void {
    let at = this.#starts[row] as number;
    let neighbor = -1;
    while (at < (this.#starts[row + 1] as number)) {
      let gap = 0;
      for (; (this.#bytes[at] as number) >= LAST_DIGITS; at++) {
        gap = gap * OTHER_DIGITS + (this.#bytes[at] as number) - LAST_DIGITS;
      }
      neighbor += gap * LAST_DIGITS + (this.#bytes[at++] as number) + 1;
      const weight = neighborWeight(this.#bytes[at++] as number);
      if (neighbor < this.#numItems) visit(neighbor, weight);
    }
  }
}

/** The lists of all items, whose shards come one by one, in any order. */
export class NeighborShards implements NeighborLists {
  readonly #numItems: number;
  readonly #shards: PlacedShards<NeighborShard> = createPlacedShards();

  /** @param numItems N. */
  constructor(numItems: number) {
    this.#numItems = numItems;
  }

  /**
   * @param bytes Kept, and read later.
   * @throws {ProtocolError} `neighbors-invalid`, see {@link NeighborShard}.
   */
  add(bytes: Uint8Array, { firstRow, rows }: { readonly firstRow: number; readonly rows: number }): void {
    this.#shards.add({ firstRow, shard: new NeighborShard(bytes, { rows, numItems: this.#numItems }) });
  }

  forEach(row: number, visit: (neighbor: number, weight: number) => void): void {
    const found = this.#shards.find(row);
    found?.shard.forEach(row - found.firstRow, visit);
  }
}

/**
 * The bytes that {@link NeighborShard} reads.
 *
 * @param firstRow The shard's first row. @param rows How many.
 */
export function encodeNeighborShard(
  { offsets, rows: neighbors, weights }: Neighbors,
  { firstRow, rows }: { readonly firstRow: number; readonly rows: number },
): Bytes {
  const numItems = offsets.length - 1;
  const lists = Array.from({ length: rows }, (_, i) => {
    const start = offsets[firstRow + i] as number;
    const end = offsets[firstRow + i + 1] as number;
    const entries = Array.from({ length: end - start }, (_, at) => start + at).sort(
      (a, b) => (neighbors[a] as number) - (neighbors[b] as number),
    );
    const rising = entries.map((entry) => neighbors[entry] as number);
    checkList(rising, numItems);
    return Uint8Array.from(
      entries.flatMap((entry, at) => [
        ...digitsOf((rising[at] as number) - (rising[at - 1] ?? -1) - 1),
        weights[entry] as number,
      ]),
    );
  });
  return concatBytes(
    Uint8Array.from(lists, (list) => list.length),
    ...lists,
  );
}

function checkList(rising: readonly number[], numItems: number): void {
  if (rising.length > MAX_NEIGHBORS) {
    throw new RangeError(`expected at most ${MAX_NEIGHBORS} neighbors an item, got ${rising.length}`);
  }
  const wrong = rising.find((row, i) => !(row < numItems) || row === rising[i - 1]);
  if (wrong !== undefined) throw new RangeError(`expected different neighbors below row ${numItems}, got ${wrong}`);
}

/** At most five for gaps below 2^27: of 32 entries that length fits into a byte. */
function digitsOf(gap: number): number[] {
  const digits = [gap % LAST_DIGITS];
  for (let left = Math.floor(gap / LAST_DIGITS); left > 0; left = Math.floor(left / OTHER_DIGITS)) {
    digits.unshift(LAST_DIGITS + (left % OTHER_DIGITS));
  }
  return digits;
}
