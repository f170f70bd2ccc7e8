import { type EncoderWeights, parseEncoder } from '#protocol/encoder-file.ts';
import { parseCodebooks, parseCodes } from '#protocol/item-codes.ts';
import { type Neighbors, type Popularity, parseGroups, parseNeighbors, parsePopularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { parseShard } from '#protocol/shard.ts';
import { parseWords, type Words } from '#protocol/words.ts';
import { decodeCodes } from './decode-codes.ts';
import { createItemMeans, type ItemMeans } from './item-means.ts';
import { popularityOf } from './popularity.ts';
import { createScoringTable, type ScoringTable } from './scoring-table.ts';

/** One model version, parsed: everything that scoring reads. */
export interface Model {
  readonly config: ModelConfig;
  readonly items: ScoringTable;
  readonly means: ItemMeans;
  readonly encoder: EncoderWeights;
  readonly neighbors: Neighbors;
  readonly popularity: Popularity;
  readonly words: Words;
  /** Row group of each item in a model update, `[N]`. */
  readonly groups: Uint16Array;
}

/** A bundle's files, digests already checked, each starting at the start of its buffer. */
export interface ModelFiles {
  readonly itemShards: readonly { readonly firstRow: number; readonly rows: number; readonly bytes: ArrayBuffer }[];
  /** What item shards are coded with; without it they hold int8 rows. */
  readonly codebooks?: ArrayBuffer | undefined;
  readonly neighbors: ArrayBuffer;
  readonly popularity: ArrayBuffer;
  readonly encoder: ArrayBuffer;
  readonly words: ArrayBuffer;
  readonly groups: ArrayBuffer;
}

/**
 * Parses a bundle.
 *
 * @param config From the same signed manifest that lists the files.
 * @throws {ProtocolError} If a file does not fit `config`.
 */
export function parseModel(config: ModelConfig, files: ModelFiles): Model {
  const { numItems, dim } = config;
  const codebooks = files.codebooks && parseCodebooks(files.codebooks, dim);
  const items = createScoringTable(numItems, dim);
  for (const { firstRow, rows, bytes } of files.itemShards) {
    const { scales, values } = codebooks
      ? decodeCodes(parseCodes(bytes, rows), codebooks, { firstRow, dim })
      : parseShard(bytes, { firstRow, rows, dim });
    items.scales.set(scales, firstRow);
    items.values.set(values, firstRow * dim);
  }
  const popularity = parsePopularity(files.popularity, numItems);
  for (let row = 0; row < numItems; row++) {
    items.popularity[row] = popularityOf(popularity.recent[row] as number, popularity.longRun[row] as number);
  }
  items.lifts.fill(0);
  const means = createItemMeans(dim);
  means.add(items, { firstRow: 0, numRows: numItems });
  return {
    config,
    items,
    means: means.means(),
    encoder: parseEncoder(files.encoder, config),
    neighbors: parseNeighbors(files.neighbors, numItems),
    popularity,
    words: parseWords(files.words, dim),
    groups: parseGroups(files.groups, config),
  };
}
