import { type EncoderWeights, parseEncoder } from '#protocol/encoder-file.ts';
import { CODES_PER_ITEM, type Codebooks, parseCodebooks, parseCodes } from '#protocol/item-codes.ts';
import { parseGroups, parsePopularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { NeighborShards } from '#protocol/neighbor-lists.ts';
import { parseShard } from '#protocol/shard.ts';
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
  /** Whether an item can be scored: its vector and its popularity are there. */
  hasRow(row: number): boolean;
  /** Whether nothing is missing. */
  readonly isComplete: boolean;
}

/** Rows of codes that are decoded in about a millisecond. */
const CODED_ROWS_PER_STEP = 256;

/** What must be there of every row, a bit each. */
const PARTS = { items: 1, popularity: 2, neighbors: 4, groups: 8 } as const;
const SCORED = PARTS.items + PARTS.popularity;

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
  let hasWords = false;
  let encoder: EncoderWeights | undefined;
  let codebooks: Codebooks | undefined;
  const waiting: RowFile[] = []; // coded item shards that came before their codebooks
  const parts = new Uint8Array(numItems);
  let numPartsMissing = numItems * Object.keys(PARTS).length;

  /** Notes that a part of some rows is there. */
  const note = (part: number, { firstRow, rows }: Place): void => {
    for (let row = firstRow; row < firstRow + rows; row++) {
      const before = parts[row] as number;
      if (before & part) continue;
      parts[row] = before | part;
      numPartsMissing--;
      if ((before & SCORED) !== SCORED && hasRow(row)) meansBuilder.add(items, { firstRow: row, numRows: 1 });
    }
    means = meansBuilder.means();
  };
  const hasRow = (row: number): boolean => ((parts[row] as number) & SCORED) === SCORED;

  function* takeItems({ firstRow, rows, bytes }: RowFile): Generator<void, void> {
    if (isCoded && !codebooks) {
      waiting.push({ kind: 'items', firstRow, rows, bytes });
      return;
    }
    if (!codebooks) {
      write(parseShard(bytes, { firstRow, rows, dim }));
      note(PARTS.items, { firstRow, rows });
      return;
    }
    const codes = parseCodes(bytes, rows);
    for (let start = 0; start < rows; start += CODED_ROWS_PER_STEP) {
      const some = codes.subarray(start * CODES_PER_ITEM, (start + CODED_ROWS_PER_STEP) * CODES_PER_ITEM);
      const decoded = decodeCodes(some, codebooks, { firstRow: firstRow + start, dim });
      write(decoded);
      note(PARTS.items, decoded);
      yield;
    }
  }

  const write = ({
    firstRow,
    scales,
    values,
  }: Pick<ReturnType<typeof parseShard>, 'firstRow' | 'scales' | 'values'>) => {
    items.scales.set(scales, firstRow);
    items.values.set(values, firstRow * dim);
  };

  function takePopularity({ firstRow, rows, bytes }: RowFile): void {
    const shard = parsePopularity(bytes, rows);
    for (const list of ['recent', 'longRun', 'newness'] as const) popularity[list].set(shard[list], firstRow);
    for (let row = 0; row < rows; row++) {
      items.popularity[firstRow + row] = popularityOf(shard.recent[row] as number, shard.longRun[row] as number);
    }
    note(PARTS.popularity, { firstRow, rows });
  }

  const builder = {
    hasRow,

    get isComplete() {
      return numPartsMissing === 0 && hasWords && encoder !== undefined;
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
          return takePopularity(file);
        case 'neighbors':
          neighbors.add(new Uint8Array(file.bytes), file);
          return note(PARTS.neighbors, file);
        case 'groups':
          groups.set(parseGroups(file.bytes, { rows: file.rows, numGroups: config.numGroups }), file.firstRow);
          return note(PARTS.groups, file);
        case 'encoder':
          encoder = parseEncoder(file.bytes, config);
          return;
        case 'words':
          words = parseWords(file.bytes, { dim, numItems });
          hasWords = true;
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
