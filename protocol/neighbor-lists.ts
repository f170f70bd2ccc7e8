/**
 * Neighbor lists as they ship: in shards of items' rows, the rows of a list rising and in as few bits as the
 * rows beside them leave open, weights as they are.
 */

import { BitReader, BitWriter } from './bit-stream.ts';
import { type Bytes, concatBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { MAX_NEIGHBORS, type Neighbors, neighborWeight } from './item-files.ts';

/** What goes with each item. */
export interface NeighborLists {
  /**
   * Visits the neighbors of one item, each once; none of an item whose list is empty or not there yet.
   *
   * @param visit `weight` is 0…1. That of an item in its own list is how likely it is wanted again.
   */
  forEach(row: number, visit: (neighbor: number, weight: number) => void): void;
}

/** Places of lists are kept for every so many of them; the lengths between are added up. */
const BLOCK_ROWS = 32;

/**
 * Lists of one shard, read from its bytes as they are asked for:
 *
 *     u8[rows] counts | u8[rows] lengths | u8[E] weights | lists
 *
 * `counts` says how many neighbors an item has and `lengths` how many bytes their rows take, so that a list
 * can be read alone. Its weights stand in the order of its rows, rising: the middle one first, as one of the
 * rows that leave room for those before and after it, then the lower half in what is left below it, then the
 * upper half (binary interpolative coding: Moffat and Stuiver 2000). So no bits can stand for a row that
 * does not exist.
 */
export class NeighborShard implements NeighborLists {
  readonly #counts: Uint8Array;
  readonly #lengths: Uint8Array;
  readonly #weights: Uint8Array;
  readonly #lists: Uint8Array;
  readonly #numItems: number;
  /** Entries and bytes before each block. */
  readonly #blocks: Uint32Array;

  /**
   * @param bytes Kept, and read later.
   * @throws {ProtocolError} `neighbors-invalid` if a list is longer than one may be, or the length is not what
   *   counts and lengths say.
   */
  constructor(bytes: Uint8Array, { rows, numItems }: { readonly rows: number; readonly numItems: number }) {
    if (bytes.length < 2 * rows) {
      throw new ProtocolError('neighbors-invalid', `expected at least ${2 * rows} bytes, got ${bytes.length}`);
    }
    this.#counts = bytes.subarray(0, rows);
    this.#lengths = bytes.subarray(rows, 2 * rows);
    this.#blocks = new Uint32Array(2 * Math.ceil(rows / BLOCK_ROWS));
    const most = Math.min(MAX_NEIGHBORS, numItems);
    let numEntries = 0;
    let numBytes = 0;
    for (let row = 0; row < rows; row++) {
      if (row % BLOCK_ROWS === 0) this.#blocks.set([numEntries, numBytes], (2 * row) / BLOCK_ROWS);
      const count = this.#counts[row] as number;
      if (count > most) throw new ProtocolError('neighbors-invalid', `expected 0–${most} neighbors, got ${count}`);
      numEntries += count;
      numBytes += this.#lengths[row] as number;
    }
    const expected = 2 * rows + numEntries + numBytes;
    if (bytes.length !== expected) {
      throw new ProtocolError('neighbors-invalid', `expected ${expected} bytes, got ${bytes.length}`);
    }
    this.#weights = bytes.subarray(2 * rows, 2 * rows + numEntries);
    this.#lists = bytes.subarray(2 * rows + numEntries);
    this.#numItems = numItems;
  }

  /** @param row Counted from the shard's first. */
  forEach(row: number, visit: (neighbor: number, weight: number) => void): void {
    const block = Math.floor(row / BLOCK_ROWS);
    let entry = this.#blocks[2 * block] as number;
    let start = this.#blocks[2 * block + 1] as number;
    for (let before = block * BLOCK_ROWS; before < row; before++) {
      entry += this.#counts[before] as number;
      start += this.#lengths[before] as number;
    }
    const count = this.#counts[row] as number;
    const neighbors = readRising(this.#lists, start, { count, numItems: this.#numItems });
    for (let i = 0; i < count; i++) visit(neighbors[i] as number, neighborWeight(this.#weights[entry + i] as number));
  }
}

/** The lists of all items, whose shards come one by one, in any order. */
export class NeighborShards implements NeighborLists {
  readonly #numItems: number;
  readonly #shards: { readonly firstRow: number; readonly rows: number; readonly shard: NeighborShard }[] = [];

  /** @param numItems N. */
  constructor(numItems: number) {
    this.#numItems = numItems;
  }

  /**
   * @param bytes Kept, and read later.
   * @throws {ProtocolError} `neighbors-invalid`, see {@link NeighborShard}.
   */
  add(bytes: Uint8Array, { firstRow, rows }: { readonly firstRow: number; readonly rows: number }): void {
    const shard = new NeighborShard(bytes, { rows, numItems: this.#numItems });
    this.#shards.push({ firstRow, rows, shard });
  }

  forEach(row: number, visit: (neighbor: number, weight: number) => void): void {
    const found = this.#shards.find(({ firstRow, rows }) => firstRow <= row && row < firstRow + rows);
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
  const counts = new Uint8Array(rows);
  const lengths = new Uint8Array(rows);
  const lists: Bytes[] = [];
  const sortedWeights: number[] = [];
  for (let i = 0; i < rows; i++) {
    const start = offsets[firstRow + i] as number;
    const end = offsets[firstRow + i + 1] as number;
    const entries = Array.from({ length: end - start }, (_, at) => start + at).sort(
      (a, b) => (neighbors[a] as number) - (neighbors[b] as number),
    );
    const rising = entries.map((entry) => neighbors[entry] as number);
    checkList(rising, numItems);
    const writer = new BitWriter();
    writeRising(writer, rising, { lowest: 0, highest: numItems - 1 });
    const list = writer.bytes();
    counts[i] = rising.length;
    lengths[i] = list.length;
    lists.push(list);
    for (const entry of entries) sortedWeights.push(weights[entry] as number);
  }
  return concatBytes(counts, lengths, Uint8Array.from(sortedWeights), ...lists);
}

function checkList(rising: readonly number[], numItems: number): void {
  if (rising.length > MAX_NEIGHBORS) {
    throw new RangeError(`expected at most ${MAX_NEIGHBORS} neighbors an item, got ${rising.length}`);
  }
  const wrong = rising.find((row, i) => !(row < numItems) || row === rising[i - 1]);
  if (wrong !== undefined) throw new RangeError(`expected different neighbors below row ${numItems}, got ${wrong}`);
}

interface Range {
  readonly lowest: number;
  readonly highest: number;
}

interface ListSize {
  readonly count: number;
  readonly numItems: number;
}

function writeRising(writer: BitWriter, rising: readonly number[], { lowest, highest }: Range): void {
  if (rising.length === 0) return;
  const middle = rising.length >> 1;
  const first = lowest + middle; // as many rows stand below it
  const row = rising[middle] as number;
  writer.writeBelow(row - first, highest - (rising.length - 1 - middle) - first + 1);
  writeRising(writer, rising.slice(0, middle), { lowest, highest: row - 1 });
  writeRising(writer, rising.slice(middle + 1), { lowest: row + 1, highest });
}

/** Reads a list from where its bytes start. */
function readRising(bytes: Uint8Array, start: number, { count, numItems }: ListSize): Uint32Array {
  const reader = new BitReader(bytes, start);
  const out = new Uint32Array(count);
  const readPart = (from: number, to: number): void => {
    if (from === to) return;
    const middle = (from + to) >> 1;
    const lowest = from === 0 ? 0 : (out[from - 1] as number) + 1; // read before
    const highest = to === count ? numItems - 1 : (out[to] as number) - 1; // likewise
    const first = lowest + middle - from;
    out[middle] = first + reader.readBelow(highest - (to - 1 - middle) - first + 1);
    readPart(from, middle);
    readPart(middle + 1, to);
  };
  readPart(0, count);
  return out;
}
