import { type EncoderWeights, parseEncoder } from '#protocol/encoder-file.ts';
import { CODES_PER_ITEM, type Codebooks, parseCodebooks, parseCodes } from '#protocol/item-codes.ts';
import { parseGroups, parsePopularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { NeighborShards } from '#protocol/neighbor-lists.ts';
import type { QuantizedRows } from '#protocol/quantized-rows.ts';
import { parseShard, type Shard } from '#protocol/shard.ts';
import { parseWords, type Words } from '#protocol/words.ts';
import { decodeCodes } from './decode-codes.ts';
import { createItemMeans, type ItemMeans } from './item-means.ts';
import type { Model, ModelFile } from './model.ts';
import { popularityOf } from './popularity.ts';
import { createScoringTable } from './scoring-table.ts';

/** Puts a model together from files that come one by one, in any order. */
export interface ModelBuilder {
  /**
   * Takes a file. Rows are written straight into the model's arrays; of the file's bytes only neighbor lists
   * are kept. What a row adds to scores (`lifts`) stays as it is: who shows items knows which may be shown.
   *
   * @returns Does about a millisecond of work a step; what the file adds is there once the last is done.
   * @throws {ProtocolError} If the file does not fit the configuration.
   */
  take(file: ModelFile): Generator<void, void>;
  /** There once the encoder is: it is small, and without it nothing is personal. */
  readonly model: Model | undefined;
  /** Whether all of an item is there: it can be scored. */
  hasRow(row: number): boolean;
  /** Whether nothing is missing. */
  readonly isComplete: boolean;
}

/** Rows whose vectors are decoded in about a millisecond where they are codes. */
const ROWS_PER_STEP = 256;

/** What must be there of every row: its vector, popularity, neighbors and group. */
const PARTS_OF_ROW = 4;
/** What comes whole: encoder and words. */
const WHOLE_PARTS = 2;

type RowFile = Extract<ModelFile, { rows: number }>;
type Place = Pick<RowFile, 'firstRow' | 'rows'>;

/** @param isCoded Whether item shards hold codes; they then wait for the codebooks. */
export function createModelBuilder(config: ModelConfig, { isCoded }: { readonly isCoded: boolean }): ModelBuilder {
  const { numItems, dim } = config;
  const items = createScoringTable(numItems, dim);
  const neighbors = new NeighborShards(numItems);
  const popularity = {
    recent: new Uint8Array(numItems),
    longRun: new Uint8Array(numItems),
    newness: new Uint8Array(numItems),
  };
  const groups = new Uint16Array(numItems);
  const meansBuilder = createItemMeans(dim);
  let means: ItemMeans = meansBuilder.means();
  let words: Words = { rowOf: new Map(), dim, itemsOf: new Map(), scales: new Float32Array(), values: new Int8Array() };
  let encoder: EncoderWeights | undefined;
  let codebooks: Codebooks | undefined;
  const waiting: RowFile[] = []; // coded item shards that came before their codebooks
  const numParts = new Uint8Array(numItems); // that are there, by row
  let numMissing = numItems + WHOLE_PARTS;

  /** Notes that one more part of some rows is there. */
  const note = ({ firstRow, rows }: Place): void => {
    for (let row = firstRow; row < firstRow + rows; row++) {
      numParts[row] = (numParts[row] as number) + 1;
      if (!hasRow(row)) continue;
      numMissing--;
      meansBuilder.add(items, row);
    }
    means = meansBuilder.means();
  };
  const hasRow = (row: number): boolean => numParts[row] === PARTS_OF_ROW;

  function* takeItems(file: RowFile): Generator<void, void> {
    if (isCoded && !codebooks) {
      waiting.push(file);
      return;
    }
    const { firstRow, rows, bytes } = file;
    const read = codebooks
      ? readerOfCodes(parseCodes(bytes, rows), codebooks, dim)
      : readerOfRows(parseShard(bytes, { firstRow, rows, dim }));
    for (let start = 0; start < rows; start += ROWS_PER_STEP) {
      const end = Math.min(start + ROWS_PER_STEP, rows);
      const place = { firstRow: firstRow + start, rows: end - start };
      const { scales, values } = read(start, end);
      items.scales.set(scales, place.firstRow);
      items.values.set(values, place.firstRow * dim);
      note(place);
      yield;
    }
  }

  function takePopularity({ firstRow, rows, bytes }: RowFile): void {
    const shard = parsePopularity(bytes, rows);
    for (const list of ['recent', 'longRun', 'newness'] as const) popularity[list].set(shard[list], firstRow);
    for (let row = 0; row < rows; row++) {
      items.popularity[firstRow + row] = popularityOf(shard.recent[row] as number, shard.longRun[row] as number);
    }
  }

  const builder = {
    hasRow,

    get isComplete() {
      return numMissing === 0;
    },

    get model() {
      if (!encoder) return undefined;
      return { config, items, means, encoder, neighbors, popularity, words, groups };
    },

    *take(file: ModelFile): Generator<void, void> {
      yield;
      switch (file.kind) {
        case 'items':
          return yield* takeItems(file);
        case 'popularity':
          takePopularity(file);
          return note(file);
        case 'neighbors':
          neighbors.add(new Uint8Array(file.bytes), file);
          return note(file);
        case 'groups':
          groups.set(parseGroups(file.bytes, { rows: file.rows, numGroups: config.numGroups }), file.firstRow);
          return note(file);
        case 'encoder':
          encoder = parseEncoder(file.bytes, config);
          numMissing--;
          return;
        case 'words':
          words = parseWords(file.bytes, { dim, numItems });
          numMissing--;
          return;
        case 'codebooks':
          codebooks = parseCodebooks(file.bytes, dim);
          for (const shard of waiting.splice(0)) yield* takeItems(shard);
          return;
        default:
          return file satisfies never;
      }
    },
  };
  return builder;
}

type RowReader = (start: number, end: number) => QuantizedRows;

function readerOfCodes(codes: Uint8Array, codebooks: Codebooks, dim: number): RowReader {
  return (start, end) => decodeCodes(codes.subarray(start * CODES_PER_ITEM, end * CODES_PER_ITEM), codebooks, dim);
}

function readerOfRows({ scales, values, dim }: Shard): RowReader {
  return (start, end) => ({ scales: scales.subarray(start, end), values: values.subarray(start * dim, end * dim) });
}
