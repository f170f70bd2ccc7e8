import type { Bytes } from '#protocol/bytes.ts';
import { utf8 } from '#protocol/bytes.ts';
import type { BundleItem } from '#protocol/catalog.ts';
import { digestOf } from '#protocol/digest.ts';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import { ENCODER_TENSORS, type EncoderWeights, encodeEncoder, encoderShapes } from '#protocol/encoder-file.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest, ItemId, ModelVersion, ShopId } from '#protocol/ids.ts';
import { encodeGroups, encodePopularity } from '#protocol/item-files.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { type Live, signLive } from '#protocol/live.ts';
import {
  type FileKind,
  MANIFEST_FORMAT,
  type Manifest,
  type ManifestFile,
  type RowFile,
  type RowKind,
  signManifest,
} from '#protocol/manifest.ts';
import { encodeNeighborShard } from '#protocol/neighbor-lists.ts';
import { pack } from '#protocol/packed-file.ts';
import { encodeShard } from '#protocol/shard.ts';
import { encodeWords } from '#protocol/words.ts';

/** A small shop with a published model, for tests of everything that reads one. */

export const SHOP = 'corner-shop' as ShopId;
export const NUM_ITEMS = 30;
export const DIM = 8;
/** Rows of the first of two shards of each kind: a new version can change one of them, and one comes first. */
export const SHARD_ROWS = 18;
const WORDS = ['mug', 'lamp', 'chair'];

export interface Published {
  readonly manifest: Manifest;
  readonly envelope: Envelope;
  readonly files: ReadonlyMap<Digest, Bytes>;
}

export function itemId(row: number): ItemId {
  return `item-${row}` as ItemId;
}

/** Popular first: row 0 is the best seller. Item r was bought with item r + 1, and now and then again. */
export function shopItem(row: number): BundleItem {
  const kind = WORDS[row % WORDS.length] as string;
  return {
    id: itemId(row),
    title: `${kind} number ${row}`,
    url: `/p/${row}`,
    imageUrl: `/pictures/${row}.svg`,
    priceCents: 1250 + 75 * row,
    currency: 'EUR',
    categories: [`Home/${kind}`],
    attributes: {},
    stock: 'in',
  };
}

export async function publish({
  key,
  sequence,
  nowMs,
  lifetimeMs = 86_400_000,
  shop = SHOP,
  firstShardSeed = 7,
  lastShardSeed = 1,
  scale = 0.01,
  alter = (items) => items,
}: {
  readonly key: SigningKey;
  readonly sequence: number;
  readonly nowMs: number;
  readonly lifetimeMs?: number;
  readonly shop?: ShopId;
  /** Another one changes the first item shard and no other file. */
  readonly firstShardSeed?: number;
  /** Another one changes the second item shard and no other file. */
  readonly lastShardSeed?: number;
  /** Of every row of the item shards. */
  readonly scale?: number;
  readonly alter?: (items: BundleItem[]) => BundleItem[];
}): Promise<Published> {
  const config = {
    numItems: NUM_ITEMS,
    dim: DIM,
    numHeads: 2,
    hiddenDim: 12,
    maxEvents: 10,
    numGroups: NUM_ITEMS,
    blend: [
      { maxEvents: null, sequence: 0.3, neighbors: 4, text: 0.7, popularity: 1.5, seen: -0.9, again: 1.3, fresh: 0.3 },
    ],
    recall: { eventDecay: 0.85, visitDecay: 0.9, earlier: 0.3, likeness: 2 },
  };
  const items = alter(Array.from({ length: NUM_ITEMS }, (_, row) => shopItem(row)));
  const files = new Map<Digest, Bytes>();
  const entries: ManifestFile[] = [];
  const add = async (kind: FileKind, content: Bytes, rows?: Pick<RowFile, 'firstRow' | 'rows'>): Promise<void> => {
    const bytes = await pack(content);
    const digest = await digestOf(bytes);
    files.set(digest, bytes);
    entries.push({ kind, digest, bytes: bytes.length, ...rows } as ManifestFile);
  };
  const places = [
    { firstRow: 0, rows: SHARD_ROWS, seed: firstShardSeed },
    { firstRow: SHARD_ROWS, rows: NUM_ITEMS - SHARD_ROWS, seed: lastShardSeed },
  ];
  const addShards = async (kind: RowKind, encode: (firstRow: number, endRow: number) => Bytes): Promise<void> => {
    for (const { firstRow, rows } of places) await add(kind, encode(firstRow, firstRow + rows), { firstRow, rows });
  };

  for (const { firstRow, rows, seed } of places) {
    const values = Int8Array.from({ length: rows * DIM }, wave(seed, 100));
    const shard = { firstRow, rows, dim: DIM, scales: new Float32Array(rows).fill(scale), values };
    await add('items', encodeShard(shard), { firstRow, rows });
  }
  await add('encoder', encodeEncoder(encoderWeights(config), config));
  const neighbors = {
    offsets: Uint32Array.from({ length: NUM_ITEMS + 1 }, (_, row) => 2 * row),
    rows: Uint32Array.from({ length: 2 * NUM_ITEMS }, (_, entry) => ((entry >> 1) + 1 - (entry % 2)) % NUM_ITEMS),
    weights: Uint8Array.from({ length: 2 * NUM_ITEMS }, (_, entry) => (entry % 2 === 0 ? 230 : 110)),
  };
  await addShards('neighbors', (firstRow, end) => encodeNeighborShard(neighbors, { firstRow, rows: end - firstRow }));
  const popularity = Uint8Array.from({ length: NUM_ITEMS }, (_, row) => 250 - 3 * row);
  const newness = new Uint8Array(NUM_ITEMS);
  await addShards('popularity', (...rows) =>
    encodePopularity({
      recent: popularity.subarray(...rows),
      longRun: popularity.subarray(...rows),
      newness: newness.subarray(...rows),
    }),
  );
  await add(
    'words',
    encodeWords({
      rowOf: new Map(WORDS.map((word, row) => [word, row])),
      dim: DIM,
      itemsOf: new Map(),
      scales: new Float32Array(WORDS.length).fill(0.02),
      values: Int8Array.from({ length: WORDS.length * DIM }, wave(5, 90)),
    }),
  );
  const groups = Uint16Array.from({ length: NUM_ITEMS }, (_, row) => row);
  await addShards('groups', (...rows) => encodeGroups(groups.subarray(...rows)));
  await addShards('catalog', (...rows) => encodeCatalogShard(items.slice(...rows)));
  await add('first-shelf', utf8(JSON.stringify(items.slice(0, 15))));

  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    shop,
    version: `v${sequence}-0123abcd` as ModelVersion,
    sequence,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + lifetimeMs,
    config,
    files: entries,
  };
  return { manifest, envelope: await signManifest(manifest, key), files };
}

export async function publishLive(key: SigningKey, nowMs: number, facts: Partial<Live> = {}): Promise<Envelope> {
  const live: Live = {
    format: 1,
    shop: SHOP,
    sequence: 3,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + 3_600_000,
    shelvesOff: false,
    stock: {},
    priceCents: {},
    rules: [],
    revokedKeys: [],
    ...facts,
  };
  return signLive(live, key);
}

/** The digest of a file of one kind. */
export function digestOfKind({ manifest }: Published, kind: FileKind, nth = 0): Digest {
  const file = manifest.files.filter((candidate) => candidate.kind === kind)[nth];
  if (!file) throw new RangeError(`expected a file of kind ${kind}`);
  return file.digest;
}

/** Digests of what a device stores of a version, sorted: all but the first shelf. */
export function storedOf(version: Published): Digest[] {
  const firstShelf = digestOfKind(version, 'first-shelf');
  return [...version.files.keys()].filter((digest) => digest !== firstShelf).toSorted();
}

function encoderWeights(config: Manifest['config']): EncoderWeights {
  const shapes = encoderShapes(config);
  return Object.fromEntries(
    ENCODER_TENSORS.map((name, at) => {
      const size = shapes[name].reduce((product, length) => product * length, 1);
      return [name, Float32Array.from({ length: size }, wave(at + 2, 0.4))];
    }),
  ) as Record<keyof EncoderWeights, Float32Array>;
}

/** Numbers in −height…height that look like nothing in particular and are always the same. */
function wave(seed: number, height: number): (value: unknown, index: number) => number {
  return (_, index) => height * Math.sin(seed * 12.9898 + (index + 1) * 78.233);
}

/** For `alter`: items that tell the version they came with. */
export function renameAll(items: readonly BundleItem[]): BundleItem[] {
  return items.map((item) => ({ ...item, title: `${item.title} of version 3` }));
}
