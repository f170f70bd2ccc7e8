import { popularityOf } from '#model/popularity.ts';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { type BundleItem, type CatalogItem, FIRST_SHELF_MAX_BYTES, type ItemCard } from '#protocol/catalog.ts';
import { digestOf } from '#protocol/digest.ts';
import { gzip } from '#protocol/gzip.ts';
import type { Digest, ModelVersion, ShopId } from '#protocol/ids.ts';
import { MANIFEST_FORMAT, type Manifest, type ManifestFile } from '#protocol/manifest.ts';
import { CONFIG } from './config.ts';
import { encodeModel, type TrainedModel } from './trained-model.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A manifest and the files it names, ready to publish. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<Digest, Bytes>;
}

/**
 * Builds the bundle of a trained model.
 *
 * @param items In row order.
 * @param sequence Above every sequence number published before.
 */
export async function buildBundle(
  trained: TrainedModel,
  {
    items,
    shop,
    sequence,
    nowMs,
  }: {
    readonly items: readonly CatalogItem[];
    readonly shop: ShopId;
    readonly sequence: number;
    readonly nowMs: number;
  },
): Promise<Bundle> {
  const { files, listed } = await buildFiles(trained, items);
  return {
    files,
    manifest: {
      format: MANIFEST_FORMAT,
      shop,
      version: `v${sequence}-${await contentSuffix(trained, listed)}` as ModelVersion,
      sequence,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + CONFIG.manifestLifetimeDays * DAY_MS,
      config: trained.config,
      files: listed,
    },
  };
}

/** How the version of this model's bundle ends, whatever its sequence number: names its content. */
export async function bundleVersionSuffix(trained: TrainedModel, items: readonly CatalogItem[]): Promise<string> {
  return contentSuffix(trained, (await buildFiles(trained, items)).listed);
}

async function contentSuffix({ config }: TrainedModel, listed: readonly ManifestFile[]): Promise<string> {
  return (await digestOf(utf8(JSON.stringify([config, listed])))).slice(0, 8);
}

async function buildFiles(
  trained: TrainedModel,
  items: readonly CatalogItem[],
): Promise<{ readonly files: Map<Digest, Bytes>; readonly listed: ManifestFile[] }> {
  const files = new Map<Digest, Bytes>();
  const addFile = async (bytes: Bytes): Promise<{ digest: Digest; bytes: number }> => {
    const digest = await digestOf(bytes);
    files.set(digest, bytes);
    return { digest, bytes: bytes.length };
  };
  const encoded = encodeModel(trained);
  const listed: ManifestFile[] = [];
  for (const { firstRow, rows, bytes } of encoded.itemShards) {
    listed.push({ kind: 'items', ...(await addFile(bytes)), firstRow, rows });
  }
  if (encoded.codebooks) listed.push({ kind: 'codebooks', ...(await addFile(encoded.codebooks)) });
  for (const kind of ['neighbors', 'popularity', 'encoder', 'words', 'groups'] as const) {
    listed.push({ kind, ...(await addFile(encoded[kind])) });
  }
  listed.push({ kind: 'first-shelf', ...(await addFile(await firstShelf(trained, items))) });
  listed.push({ kind: 'catalog', ...(await addFile(await gzip(utf8(JSON.stringify(items.map(toBundleItem)))))) });
  return { files, listed };
}

/** The most popular items that are in stock, as many as fit into {@link FIRST_SHELF_MAX_BYTES}. */
async function firstShelf({ popularity }: TrainedModel, items: readonly CatalogItem[]): Promise<Bytes> {
  const scoreOf = (row: number): number =>
    popularityOf(popularity.recent[row] as number, popularity.longRun[row] as number);
  const cards = items
    .map((item, row) => ({ item, row }))
    .filter(({ item, row }) => item.stock !== 'out' && scoreOf(row) > 0) // none is called popular that is not
    .sort((a, b) => scoreOf(b.row) - scoreOf(a.row) || a.row - b.row)
    .map(({ item }) => toCard(item));
  for (let count = Math.min(cards.length, 400); count > 0; count = Math.floor(count * 0.9)) {
    const bytes = await gzip(utf8(JSON.stringify(cards.slice(0, count))));
    if (bytes.length <= FIRST_SHELF_MAX_BYTES) return bytes;
  }
  return gzip(utf8('[]'));
}

function toCard({ id, title, url, imageUrl, priceCents, currency }: CatalogItem): ItemCard {
  return { id, title, url, imageUrl, priceCents, currency };
}

function toBundleItem({ description: _, addedAtMs: __, ...item }: CatalogItem): BundleItem {
  return item;
}
