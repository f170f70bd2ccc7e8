import { type Model, parseModel } from '#model/model.ts';
import { BundleCatalogSchema, type BundleItem } from '#protocol/catalog.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { gunzip } from '#protocol/gzip.ts';
import type { Digest, ItemId } from '#protocol/ids.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import { codebooksFile, type FileKind, itemShardFiles, wholeFile } from '#protocol/manifest.ts';
import { parseJson } from '#protocol/parse.ts';
import type { BundleFiles, OpenedManifest } from './model-cache.ts';

/** One model version, parsed whole: model and catalog agree row by row. */
export interface Bundle {
  readonly opened: OpenedManifest;
  readonly model: Model;
  /** `[N]`. */
  readonly catalog: readonly BundleItem[];
  readonly rowOf: (itemId: ItemId) => number | undefined;
  /** Names the features that a learning task is about. */
  readonly itemFeatureDigest: Digest;
}

/** Gunzipped catalog bytes for each item: titles, links, categories and attributes. */
const CATALOG_MAX_BYTES_PER_ITEM = 8192;

/** @throws {ProtocolError} If a file does not fit the manifest's configuration. */
export async function parseBundle(opened: OpenedManifest, files: BundleFiles): Promise<Bundle> {
  const { manifest } = opened;
  const { config } = manifest;
  const fileOf = (kind: Exclude<FileKind, 'items'>) => files.get(wholeFile(manifest, kind).digest) as ArrayBuffer;
  const codebooks = codebooksFile(manifest);
  const model = parseModel(config, {
    itemShards: itemShardFiles(manifest).map(({ firstRow, rows, digest }) => ({
      firstRow,
      rows,
      bytes: files.get(digest) as ArrayBuffer,
    })),
    codebooks: codebooks && files.get(codebooks.digest),
    neighbors: fileOf('neighbors'),
    popularity: fileOf('popularity'),
    encoder: fileOf('encoder'),
    words: fileOf('words'),
    groups: fileOf('groups'),
  });
  const catalog = await parseCatalog(fileOf('catalog'), config.numItems);
  const rows = new Map(catalog.map(({ id }, row) => [id, row]));
  if (rows.size !== catalog.length) throw new ProtocolError('catalog-invalid', 'expected every item once');
  return {
    opened,
    model,
    catalog,
    rowOf: (itemId) => rows.get(itemId),
    itemFeatureDigest: await itemFeatureDigest(manifest),
  };
}

async function parseCatalog(bytes: ArrayBuffer, numItems: number): Promise<readonly BundleItem[]> {
  const text = await gunzip(new Uint8Array(bytes), numItems * CATALOG_MAX_BYTES_PER_ITEM);
  const catalog = parseJson(BundleCatalogSchema, text, 'catalog-invalid');
  if (catalog.length !== numItems) {
    throw new ProtocolError('catalog-invalid', `expected ${numItems} items, got ${catalog.length}`);
  }
  return catalog;
}
