import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { alignedCopy, fromBase64Url, toBase64Url } from '#protocol/bytes.ts';
import { encodeEncoder, parseEncoder } from '#protocol/encoder-file.ts';
import { CountSchema, PositiveCountSchema } from '#protocol/ids.ts';
import { encodeCodebooks, parseCodebooks } from '#protocol/item-codes.ts';
import { encodePopularity, parsePopularity } from '#protocol/item-files.ts';
import { ModelConfigSchema } from '#protocol/manifest.ts';
import { writeFiles } from './atomic-write.ts';
import type { Dataset } from './dataset.ts';
import { textIfExists } from './if-exists.ts';
import { InputError } from './input-error.ts';
import { encodeNeighbors, parseNeighbors } from './neighbor-file.ts';
import type { TrainedModel } from './trained-model.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What is known of a stored model besides its weights. */
const ModelRecordSchema = v.object({
  config: ModelConfigSchema,
  words: v.array(v.string()),
  /** Models trained before there were any have none: all their words have vectors. */
  rareWords: v.optional(v.array(v.tuple([v.string(), v.array(CountSchema)])), []),
  /** As they ship, in base64url. Here and not in a file, which a later model without them would leave behind. */
  codebooks: v.optional(v.string()),
  /** Digest of the dataset files it was trained on. */
  datasetDigest: v.string(),
  /** {@link itemsDigest} of its rows. */
  itemsDigest: v.string(),
  backend: v.string(),
  trainSeconds: v.number(),
  seed: CountSchema,
  minCustomers: PositiveCountSchema,
});
export type ModelRecord = v.InferOutput<typeof ModelRecordSchema>;

export interface StoredModel {
  readonly trained: TrainedModel;
  readonly record: ModelRecord;
}

const BINARY_FILES = ['item-vectors', 'word-vectors', 'encoder', 'neighbors', 'popularity', 'groups'] as const;
type BinaryFile = (typeof BINARY_FILES)[number];

/** Names the dataset that a model was trained on: SHA-256 of its two files. */
export async function datasetDigest({ catalogFile, basketsFile }: ShopWorkspace): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [catalogFile, basketsFile]) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** Names items in their order: rows of a model mean the same in every catalog that has the same one. */
export function itemsDigest(items: Dataset['items']): string {
  return createHash('sha256')
    .update(JSON.stringify(items.map(({ id }) => id)))
    .digest('hex');
}

/** Replaces a shop's trained model; a reader finds the old one or the new one. */
export async function saveModel(
  workspace: ShopWorkspace,
  trained: TrainedModel,
  record: Omit<ModelRecord, 'config' | 'words' | 'rareWords' | 'codebooks'>,
): Promise<void> {
  const contents: Record<BinaryFile, Uint8Array> = {
    'item-vectors': bytesOf(trained.itemVectors),
    'word-vectors': bytesOf(trained.wordVectors),
    encoder: encodeEncoder(trained.encoder, trained.config),
    neighbors: encodeNeighbors(trained.neighbors),
    popularity: encodePopularity(trained.popularity),
    groups: bytesOf(trained.groups),
  };
  const { config, words, rareWords, codebooks } = trained;
  const full: ModelRecord = {
    ...record,
    config,
    words: [...words],
    rareWords: Array.from(rareWords, ([word, rows]) => [word, [...rows]]),
    codebooks: codebooks && toBase64Url(encodeCodebooks(codebooks)),
  };
  await writeFiles([
    ...BINARY_FILES.map((name) => ({ path: binaryPath(workspace, name), content: contents[name] })),
    { path: recordPath(workspace), content: JSON.stringify(full) },
  ]);
}

/**
 * Reads a shop's trained model.
 *
 * @throws {InputError} If none is there or its files don't belong together.
 */
export async function loadModel(workspace: ShopWorkspace): Promise<StoredModel> {
  const stored = await findModel(workspace);
  if (stored) return stored;
  throw new InputError(
    `expected a trained model in ${workspace.modelDir}, found none; run "vitrine train" for shop ${workspace.shop} first`,
  );
}

/** Whether a model still is what would be trained: on this dataset, and of nothing that fewer customers did. */
export function isStillRight(
  record: Pick<ModelRecord, 'datasetDigest' | 'minCustomers'>,
  wanted: Pick<ModelRecord, 'datasetDigest' | 'minCustomers'>,
): boolean {
  return record.datasetDigest === wanted.datasetDigest && record.minCustomers >= wanted.minCustomers;
}

/** The same, or `undefined` if nothing was trained yet. */
export async function findModel(workspace: ShopWorkspace): Promise<StoredModel | undefined> {
  const json = await textIfExists(recordPath(workspace)); // not trained yet
  if (json === undefined) return undefined;
  try {
    const record = v.parse(ModelRecordSchema, JSON.parse(json));
    const { config, words, rareWords, codebooks } = record;
    const read = async (name: BinaryFile): Promise<ArrayBuffer> =>
      alignedCopy(await readFile(binaryPath(workspace, name)));
    const itemVectors = new Float32Array(await read('item-vectors'));
    const wordVectors = new Float32Array(await read('word-vectors'));
    const groups = new Uint16Array(await read('groups'));
    if (groups.length !== config.numItems || groups.some((group) => group >= config.numGroups)) {
      throw new RangeError(`expected a group below ${config.numGroups} for each item, got ${groups.length} groups`);
    }
    if (itemVectors.length !== config.numItems * config.dim || wordVectors.length !== words.length * config.dim) {
      throw new RangeError(
        `expected ${config.dim} values for each of ${config.numItems} items and ${words.length} words, got ${itemVectors.length} and ${wordVectors.length}`,
      );
    }
    const trained: TrainedModel = {
      config,
      words,
      rareWords: new Map(rareWords),
      itemVectors,
      codebooks: codebooks === undefined ? undefined : parseCodebooks(fromBase64Url(codebooks).buffer, config.dim),
      wordVectors,
      encoder: parseEncoder(await read('encoder'), config),
      neighbors: parseNeighbors(await read('neighbors'), config.numItems),
      popularity: parsePopularity(await read('popularity'), config.numItems),
      groups,
    };
    return { trained, record };
  } catch (cause) {
    throw new InputError(
      `expected a whole trained model in ${workspace.modelDir}, but its files don't fit together; run "vitrine train" again`,
      { cause },
    );
  }
}

function recordPath(workspace: ShopWorkspace): string {
  return join(workspace.modelDir, 'model.json');
}

function binaryPath(workspace: ShopWorkspace, name: BinaryFile): string {
  return join(workspace.modelDir, `${name}.bin`);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
