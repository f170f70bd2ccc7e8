import type { EncoderWeights } from '#protocol/encoder-file.ts';
import type { Popularity } from '#protocol/item-files.ts';
import type { ModelConfig, RowKind } from '#protocol/manifest.ts';
import type { NeighborLists } from '#protocol/neighbor-lists.ts';
import type { Words } from '#protocol/words.ts';
import type { ItemMeans } from './item-means.ts';
import { createModelBuilder } from './model-builder.ts';
import type { ScoringTable } from './scoring-table.ts';

/**
 * One model version: everything that scoring reads. While its files still come, so do rows: those not there yet
 * are zeros in the arrays, and no word and no neighbor is known that has not come.
 */
export interface Model {
  readonly config: ModelConfig;
  readonly items: ScoringTable;
  /** Of the rows that are there. */
  readonly means: ItemMeans;
  readonly encoder: EncoderWeights;
  readonly neighbors: NeighborLists;
  /** `[N]` each. */
  readonly popularity: Popularity;
  readonly words: Words;
  /** Row group of each item in a model update, `[N]`. */
  readonly groups: Uint16Array;
}

/** A bundle's file, unpacked, its digest already checked. `bytes` starts at the start of its buffer. */
export type ModelFile =
  | {
      readonly kind: Exclude<RowKind, 'catalog'>;
      readonly firstRow: number;
      readonly rows: number;
      readonly bytes: ArrayBuffer;
    }
  | { readonly kind: 'encoder' | 'words' | 'codebooks'; readonly bytes: ArrayBuffer };

/**
 * Parses a model whole.
 *
 * @param config From the same signed manifest that lists the files.
 * @param files Every one of the model's, in any order.
 * @throws {ProtocolError} If a file does not fit `config`.
 * @throws {RangeError} If a file is missing.
 */
export function parseModel(config: ModelConfig, files: readonly ModelFile[]): Model {
  const builder = createModelBuilder(config, { isCoded: files.some(({ kind }) => kind === 'codebooks') });
  for (const file of files) for (const _ of builder.take(file)); // no pause: nobody waits for this thread
  if (!builder.model || !builder.isComplete) throw new RangeError('expected every file of the model, got fewer');
  builder.model.items.lifts.fill(0);
  return builder.model;
}
