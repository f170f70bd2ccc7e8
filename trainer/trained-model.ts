import { quantizeRows } from '#model/item-table.ts';
import { type Model, type ModelFiles, parseModel } from '#model/model.ts';
import { alignedCopy, type Bytes } from '#protocol/bytes.ts';
import { type EncoderWeights, encodeEncoder } from '#protocol/encoder-file.ts';
import { CODES_PER_ITEM, type Codebooks, encodeCodebooks } from '#protocol/item-codes.ts';
import {
  encodeGroups,
  encodeNeighbors,
  encodePopularity,
  type Neighbors,
  type Popularity,
} from '#protocol/item-files.ts';
import { type ModelConfig, SHARD_MAX_BYTES } from '#protocol/manifest.ts';
import { encodeShard } from '#protocol/shard.ts';
import { encodeWords } from '#protocol/words.ts';
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
  /** `[N]`. */
  readonly groups: Uint16Array;
}

/** The scoring part of a bundle as bytes; the rest is for drawing. */
export interface ModelFileBytes {
  readonly itemShards: readonly { readonly firstRow: number; readonly rows: number; readonly bytes: Bytes }[];
  readonly codebooks: Bytes | undefined;
  readonly neighbors: Bytes;
  readonly popularity: Bytes;
  readonly encoder: Bytes;
  readonly words: Bytes;
  readonly groups: Bytes;
}

/** Quantizes and encodes a model as a device will read it. */
export function encodeModel(trained: TrainedModel): ModelFileBytes {
  const { config, itemVectors, codebooks } = trained;
  const wordTable = quantizeRows(trained.wordVectors, config.dim);
  return {
    itemShards: codebooks ? codeShards(itemVectors, codebooks, config.dim) : int8Shards(itemVectors, config.dim),
    codebooks: codebooks && encodeCodebooks(codebooks),
    neighbors: encodeNeighbors(trained.neighbors),
    popularity: encodePopularity(trained.popularity),
    encoder: encodeEncoder(trained.encoder, config),
    words: encodeWords({
      rowOf: new Map(trained.words.map((word, row) => [word, row])),
      dim: config.dim,
      ...wordTable,
    }),
    groups: encodeGroups(trained.groups),
  };
}

/** The model exactly as a device sees it: encoded and parsed again. */
export function shippedModel(trained: TrainedModel): Model {
  return parseModel(trained.config, modelFiles(encodeModel(trained)));
}

function modelFiles(bytes: ModelFileBytes): ModelFiles {
  return {
    itemShards: bytes.itemShards.map((shard) => ({ ...shard, bytes: alignedCopy(shard.bytes) })),
    codebooks: bytes.codebooks && alignedCopy(bytes.codebooks),
    neighbors: alignedCopy(bytes.neighbors),
    popularity: alignedCopy(bytes.popularity),
    encoder: alignedCopy(bytes.encoder),
    words: alignedCopy(bytes.words),
    groups: alignedCopy(bytes.groups),
  };
}

function int8Shards(vectors: Float32Array, dim: number): ModelFileBytes['itemShards'] {
  const numItems = vectors.length / dim;
  const rowsPerShard = Math.floor((SHARD_MAX_BYTES - 12) / (4 + dim));
  const shards: { firstRow: number; rows: number; bytes: Bytes }[] = [];
  for (let firstRow = 0; firstRow < numItems; firstRow += rowsPerShard) {
    const rows = Math.min(rowsPerShard, numItems - firstRow);
    const quantized = quantizeRows(vectors.subarray(firstRow * dim, (firstRow + rows) * dim), dim);
    shards.push({ firstRow, rows, bytes: encodeShard({ firstRow, rows, dim, ...quantized }) });
  }
  return shards;
}

function codeShards(vectors: Float32Array, codebooks: Codebooks, dim: number): ModelFileBytes['itemShards'] {
  const numItems = vectors.length / dim;
  const codes = encodeWithCodebooks(vectors, codebooks, dim);
  const rowsPerShard = SHARD_MAX_BYTES / CODES_PER_ITEM;
  const shards: { firstRow: number; rows: number; bytes: Bytes }[] = [];
  for (let firstRow = 0; firstRow < numItems; firstRow += rowsPerShard) {
    const rows = Math.min(rowsPerShard, numItems - firstRow);
    shards.push({ firstRow, rows, bytes: codes.slice(firstRow * CODES_PER_ITEM, (firstRow + rows) * CODES_PER_ITEM) });
  }
  return shards;
}
