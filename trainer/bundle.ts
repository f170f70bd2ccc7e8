import { popularityOf } from '#model/popularity.ts';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { FIRST_SHELF_MAX_BYTES } from '#protocol/card-limits.ts';
import type { CatalogItem, ItemCard } from '#protocol/catalog.ts';
import { digestOf } from '#protocol/digest.ts';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import type { Digest, ModelVersion, ShopId } from '#protocol/ids.ts';
import { MANIFEST_FORMAT, type Manifest, type ManifestFile, ROW_KINDS, SHARD_MAX_BYTES } from '#protocol/manifest.ts';
import { pack } from '#protocol/packed-file.ts';
import { CONFIG } from './config.ts';
import { encodeModel, rowRanges, type TrainedModel } from './trained-model.ts';

/** From publishing on; devices refuse the model afterwards. */
export const MODEL_LIFETIME_MS = CONFIG.manifestLifetimeDays * 24 * 60 * 60 * 1000;

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
      expiresAtMs: nowMs + MODEL_LIFETIME_MS,
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
  const listed: ManifestFile[] = [];
  listed.push({ kind: 'first-shelf', ...(await addFile(await firstShelf(trained, items))) });
  for (const file of encodeModel(trained)) {
    listed.push({ ...file, ...(await addFile(await pack(new Uint8Array(file.bytes)))) });
  }
  for (const { firstRow, rows } of rowRanges(items.length, CATALOG_SHARD_ROWS)) {
    for (const shard of await catalogShards(items, { firstRow, rows })) {
      const { bytes, ...place } = shard;
      listed.push({ kind: 'catalog', ...place, ...(await addFile(bytes)) });
    }
  }
  return { files, listed: inOrderOfUse(listed) };
}

/** Rows of the catalog in a shard; fewer where their texts are long. */
const CATALOG_SHARD_ROWS = 4096;

interface CatalogShardFile {
  readonly firstRow: number;
  readonly rows: number;
  readonly bytes: Bytes;
}

/** The rows' texts in shards that are not too long. */
async function catalogShards(
  items: readonly CatalogItem[],
  { firstRow, rows }: { readonly firstRow: number; readonly rows: number },
): Promise<CatalogShardFile[]> {
  const bytes = await pack(encodeCatalogShard(items.slice(firstRow, firstRow + rows)));
  if (bytes.length <= SHARD_MAX_BYTES) return [{ firstRow, rows, bytes }];
  if (rows === 1) {
    throw new RangeError(`expected texts of at most ${SHARD_MAX_BYTES} bytes, got more in item ${items[firstRow]?.id}`);
  }
  const half = rows >> 1;
  return [
    ...(await catalogShards(items, { firstRow, rows: half })),
    ...(await catalogShards(items, { firstRow: firstRow + half, rows: rows - half })),
  ];
}

/** Of the first rows; what no item can be scored without comes before. */
const KINDS_IN_ORDER = [...ROW_KINDS.slice(0, -1), 'words', ...ROW_KINDS.slice(-1)];

/** What is needed for any item comes first, then shards by their rows, so that some items are whole early. */
function inOrderOfUse(listed: readonly ManifestFile[]): ManifestFile[] {
  const rowOf = (file: ManifestFile): number => ('rows' in file ? file.firstRow : file.kind === 'words' ? 0 : -1);
  const placeOf = ({ kind }: ManifestFile): number => KINDS_IN_ORDER.indexOf(kind);
  return listed.toSorted((a, b) => rowOf(a) - rowOf(b) || placeOf(a) - placeOf(b));
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
    const bytes = await pack(utf8(JSON.stringify(cards.slice(0, count))));
    if (bytes.length <= FIRST_SHELF_MAX_BYTES) return bytes;
  }
  return pack(utf8('[]'));
}

function toCard({ id, title, url, imageUrl, priceCents, currency }: CatalogItem): ItemCard {
  return { id, title, url, imageUrl, priceCents, currency };
}
