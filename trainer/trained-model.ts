import { quantizeRows } from '#model/item-table.ts';
import { type Model, type ModelFile, parseModel } from '#model/model.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import { type EncoderWeights, encodeEncoder } from '#protocol/encoder-file.ts';
import { CODES_PER_ITEM, type Codebooks, encodeCodebooks } from '#protocol/item-codes.ts';
import {
  encodeGroups,
  encodePopularity,
  MAX_NEIGHBORS,
  type Neighbors,
  type Popularity,
} from '#protocol/item-files.ts';
import { type ModelConfig, SHARD_MAX_BYTES } from '#protocol/manifest.ts';
import { encodeNeighborShard } from '#protocol/neighbor-lists.ts';
import { encodeShard } from '#protocol/shard.ts';
import { encodeWords, type Words } from '#protocol/words.ts';
import { encodeWithCodebooks } from './product-quantizer.ts';

/** What training yields, item and word vectors still in float32. */
export interface TrainedModel {
  readonly config: ModelConfig;
  /** `[N, D]`. */
  readonly itemVectors: Float32Array;
  /** Where present, items ship as codes by these books; else as int8 rows. A round leaves them as they are. */
  readonly codebooks?: Codebooks | undefined;
  readonly encoder: EncoderWeights;
  readonly neighbors: Neighbors;
  readonly popularity: Popularity;
  readonly words: readonly string[];
  /** `[words, D]`. */
  readonly wordVectors: Float32Array;
  /** Words that few items have, with the rows of those: they need no vector. */
  readonly rareWords: ReadonlyMap<string, readonly number[]>;
  /** `[N]`. */
  readonly groups: Uint16Array;
}

/** Quantizes and encodes a model as a device will read it once the files are unpacked. */
export function encodeModel(trained: TrainedModel): ModelFile[] {
  const { config, popularity, groups, neighbors, codebooks } = trained;
  const { numItems, dim } = config;
  const sharded = (
    kind: Extract<ModelFile, { rows: number }>['kind'],
    rowMaxBytes: number,
    encode: (place: Rows) => Uint8Array,
  ): ModelFile[] =>
    rowRanges(numItems, Math.floor(SHARD_CONTENT_BYTES / rowMaxBytes)).map((place) => ({
      kind,
      ...place,
      bytes: alignedCopy(encode(place)),
    }));
  const part = <T extends Uint8Array | Uint16Array>(values: T, { firstRow, rows }: Rows): T =>
    values.subarray(firstRow, firstRow + rows) as T;
  const neighborMaxBytes = 2 + MAX_NEIGHBORS * (1 + Math.ceil(Math.log2(numItems + 1)) / 8);
  return [
    { kind: 'encoder', bytes: alignedCopy(encodeEncoder(trained.encoder, config)) },
    ...(codebooks ? [{ kind: 'codebooks' as const, bytes: alignedCopy(encodeCodebooks(codebooks)) }] : []),
    ...sharded('popularity', 3, (place) =>
      encodePopularity({
        recent: part(popularity.recent, place),
        longRun: part(popularity.longRun, place),
        newness: part(popularity.newness, place),
      }),
    ),
    ...sharded('items', codebooks ? CODES_PER_ITEM : 4 + dim, itemEncoder(trained)),
    ...sharded('neighbors', neighborMaxBytes, (place) => encodeNeighborShard(neighbors, place)),
    { kind: 'words', bytes: alignedCopy(encodeWords(wordTable(trained))) },
    ...sharded('groups', 2, (place) => encodeGroups(part(groups, place))),
  ];
}

/** The model exactly as a device sees it: encoded and parsed again. */
export function shippedModel(trained: TrainedModel): Model {
  return parseModel(trained.config, encodeModel(trained));
}

/** Room for the header of a shard, and for what gzip adds where it finds nothing to take away. */
const SHARD_CONTENT_BYTES = SHARD_MAX_BYTES - 512;

interface Rows {
  readonly firstRow: number;
  readonly rows: number;
}

/** All rows in order, at most `maxRows` at a time. */
export function rowRanges(numItems: number, maxRows: number): Rows[] {
  return Array.from({ length: Math.ceil(numItems / maxRows) }, (_, i) => ({
    firstRow: i * maxRows,
    rows: Math.min(maxRows, numItems - i * maxRows),
  }));
}

function itemEncoder({ itemVectors, codebooks, config: { dim } }: TrainedModel): (place: Rows) => Uint8Array {
  if (codebooks) {
    const codes = encodeWithCodebooks(itemVectors, codebooks, dim);
    return ({ firstRow, rows }) => codes.subarray(firstRow * CODES_PER_ITEM, (firstRow + rows) * CODES_PER_ITEM);
  }
  return ({ firstRow, rows }) => {
    const quantized = quantizeRows(itemVectors.subarray(firstRow * dim, (firstRow + rows) * dim), dim);
    return encodeShard({ firstRow, rows, dim, ...quantized });
  };
}

/**
 * A word's largest magnitude becomes this and not 127: packed, it then takes half the bytes, and searches find
 * the items that hold all of their words as often (.676 against .680 of them on Beauty).
 */
const WORD_STEPS = 7;

function wordTable({ words, wordVectors, rareWords, config: { dim } }: TrainedModel): Words {
  return {
    rowOf: new Map(words.map((word, row) => [word, row])),
    dim,
    itemsOf: rareWords,
    ...quantizeRows(wordVectors, dim, WORD_STEPS),
  };
}
