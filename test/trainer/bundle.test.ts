import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import { parseModel } from '#model/model.ts';
import { buildProfile } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import { topRows } from '#model/top-rows.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';
import {
  codebooksFile,
  type FileKind,
  itemShardFiles,
  openManifest,
  SHARD_MAX_BYTES,
  signManifest,
  wholeFile,
} from '#protocol/manifest.ts';
import { type Bundle, buildBundle, bundleVersionSuffix } from '#trainer/bundle.ts';
import { withCodebooks } from '#trainer/item-encoding.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import { parseBundle } from '#widget/bundle.ts';
import { fixedKey } from '../protocol/fixed-key.ts';
import { catalogItem, catalogOf, DAY_MS, START_MS } from './dataset-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const SHOP = 'lamp-shop' as ShopId;
const TRAINED = randomTrained(321);
const ITEMS = catalogOf(TRAINED.config.numItems);
const build = (trained: TrainedModel = TRAINED, items: readonly CatalogItem[] = ITEMS, sequence = 5) =>
  buildBundle(trained, { items, shop: SHOP, sequence, nowMs: START_MS });

function fileOf({ manifest, files }: Bundle, kind: Exclude<FileKind, 'items'>): Uint8Array {
  return files.get(wholeFile(manifest, kind).digest) as Uint8Array;
}

function jsonOf(bundle: Bundle, kind: 'first-shelf' | 'catalog'): CatalogItem[] {
  return JSON.parse(gunzipSync(fileOf(bundle, kind)).toString());
}

describe('a bundle', () => {
  test('has a manifest that a device accepts once it is signed, for 30 days', async () => {
    const { manifest } = await build();
    const key = await fixedKey(16);
    const envelope = await signManifest(manifest, key);
    const trust = { publishingKey: key.fingerprint, shop: SHOP, lastSequence: 5, nowMs: START_MS + 30 * DAY_MS - 1 };
    expect((await openManifest(envelope, trust)).manifest).toEqual(manifest);
    await expect(openManifest(envelope, { ...trust, nowMs: START_MS + 30 * DAY_MS })).rejects.toMatchObject({
      code: 'manifest-expired',
    });
  });

  test('names every file by its SHA-256 and its length, and holds no other', async () => {
    const { manifest, files } = await build();
    expect(new Set(manifest.files.map(({ digest }) => digest))).toEqual(new Set(files.keys()));
    for (const { digest, bytes } of manifest.files) {
      const file = files.get(digest) as Uint8Array;
      expect(createHash('sha256').update(file).digest('hex')).toBe(digest);
      expect(file.length).toBe(bytes);
    }
  });

  test('is read by a device as the model that was measured', async () => {
    const bundle = await build();
    const read = (kind: Exclude<FileKind, 'items'>) => alignedCopy(fileOf(bundle, kind));
    const model = parseModel(bundle.manifest.config, {
      itemShards: itemShardFiles(bundle.manifest).map(({ firstRow, rows, digest }) => ({
        firstRow,
        rows,
        bytes: alignedCopy(bundle.files.get(digest) as Uint8Array),
      })),
      neighbors: read('neighbors'),
      popularity: read('popularity'),
      encoder: read('encoder'),
      words: read('words'),
      groups: read('groups'),
    });
    expect(model).toEqual(shippedModel(TRAINED));
  });

  test('cuts the item table into shards of at most 256 KiB', async () => {
    const trained = randomTrained(322, { numItems: 9000, numGroups: 300, dim: 64, hiddenDim: 16 });
    const { manifest } = await build(trained, ITEMS);
    const shards = itemShardFiles(manifest);
    expect(shards.map(({ rows }) => rows)).toEqual([3854, 3854, 1292]);
    for (const { bytes } of shards) expect(bytes).toBeLessThanOrEqual(SHARD_MAX_BYTES);
  });
});

describe('a bundle of items as codes', () => {
  // Few different vectors, so that k-means ends soon.
  const plain = randomTrained(324, { numItems: 17_000, numGroups: 300, dim: 32, hiddenDim: 16 });
  const repeated = plain.itemVectors.map((_, i) => plain.itemVectors[i % (150 * 32)] as number);
  const coded = withCodebooks({ ...plain, itemVectors: repeated }, seededRandom(6));

  test('holds 16 bytes an item in shards of at most 256 KiB, and the codebooks once', async () => {
    const { manifest } = await build(coded, ITEMS);
    const shards = itemShardFiles(manifest);
    expect(shards.map(({ rows }) => rows)).toEqual([16_384, 616]);
    expect(shards.map(({ bytes }) => bytes)).toEqual([262_144, 9856]);
    expect(codebooksFile(manifest)?.bytes).toBe(64 + 768 * 32);
    const key = await fixedKey(16);
    const trust = { publishingKey: key.fingerprint, shop: SHOP, lastSequence: 5, nowMs: START_MS };
    expect((await openManifest(await signManifest(manifest, key), trust)).manifest).toEqual(manifest);
  });

  test('is read by a device as the model that was measured', async () => {
    const small = withCodebooks(randomTrained(325, { dim: 32 }), seededRandom(7));
    const { manifest, files } = await build(small);
    const buffers = new Map(Array.from(files, ([digest, bytes]) => [digest, alignedCopy(bytes)]));
    const opened = { manifest, modelDigest: 'a1'.repeat(32) as Digest, envelope: undefined };
    const { model } = await parseBundle(opened, buffers);
    expect(model).toEqual(shippedModel(small));
  });
});

describe('the version of a bundle', () => {
  test('ends alike for equal content, whatever its sequence number and time', async () => {
    const first = await build();
    const again = await buildBundle(randomTrained(321), {
      items: ITEMS,
      shop: SHOP,
      sequence: 8,
      nowMs: START_MS + 77,
    });
    const suffix = await bundleVersionSuffix(TRAINED, ITEMS);
    expect(suffix).toMatch(/^[0-9a-f]{8}$/);
    expect([first, again].map(({ manifest }) => manifest.version)).toEqual([`v5-${suffix}`, `v8-${suffix}`]);
  });

  test.each<[string, TrainedModel, readonly CatalogItem[]]>([
    ['an item vector', { ...TRAINED, itemVectors: TRAINED.itemVectors.with(9, 40) }, ITEMS],
    ['the blend', { ...TRAINED, config: { ...TRAINED.config, blend: TRAINED.config.blend.slice(1) } }, ITEMS],
    ['a group', { ...TRAINED, groups: TRAINED.groups.with(2, 9) }, ITEMS],
    ['a title', TRAINED, ITEMS.with(3, catalogItem(3, { title: 'Another thing' }))],
  ])('ends in another way for another %s', async (_, trained, items) => {
    expect(await bundleVersionSuffix(trained, items)).not.toBe(await bundleVersionSuffix(TRAINED, ITEMS));
  });
});

describe('the catalog of a bundle', () => {
  test('is all items in row order without the texts that only training reads', async () => {
    const catalog = jsonOf(await build(), 'catalog');
    expect(catalog).toEqual(ITEMS.map(({ description: _, ...item }) => item));
  });
});

describe('the first shelf', () => {
  test('holds what a card needs of the items in stock, those of late most popular first', async () => {
    const recent = new Uint8Array(TRAINED.config.numItems)
      .fill(8)
      .with(4, 200)
      .with(11, 230)
      .with(17, 200)
      .with(2, 250);
    const longRun = new Uint8Array(TRAINED.config.numItems).fill(90).with(4, 30).with(17, 31);
    const items = ITEMS.with(2, catalogItem(2, { stock: 'out' })).with(11, catalogItem(11, { stock: 'low' }));
    const shelf = jsonOf(
      await build({ ...TRAINED, popularity: { ...TRAINED.popularity, recent, longRun } }, items),
      'first-shelf',
    );
    expect(shelf.map(({ id }) => id).slice(0, 5)).toEqual(['item-11', 'item-17', 'item-4', 'item-0', 'item-1']);
    expect(shelf).toHaveLength(22);
    const { id, title, url, imageUrl, priceCents, currency } = items[11] as CatalogItem;
    expect(shelf[0]).toEqual({ id, title, url, imageUrl, priceCents, currency });
  });

  test('has the order of a stranger’s ranked shelf, so that nothing jumps when the model is there', async () => {
    const model = shippedModel(TRAINED);
    const stranger = buildProfile([], { rowOf: () => undefined, maxEvents: 5 });
    const { blended } = await scoreItems(model, createJsScorer(model.items), stranger);
    const firstShelf = jsonOf(await build(), 'first-shelf').map(({ id }) => id);
    expect(firstShelf.length).toBeGreaterThan(10); // all that is popular at all
    const ranked = Array.from(topRows(blended, firstShelf.length), (row) => ITEMS[row]?.id);
    expect(firstShelf).toEqual(ranked);
  });

  test.each([
    ['long titles', 400],
    ['the longest titles there may be', 900],
  ])('is at most 8 kB with %s, and nearly that', async (_, numItems) => {
    const trained = randomTrained(323, { numItems, numGroups: numItems });
    // Hexadecimal of a hash: text that hardly gets shorter by packing.
    const items = Array.from({ length: numItems }, (_item, row) => {
      const noise = createHash('sha512').update(`${row}`).digest('hex');
      return catalogItem(row, { title: numItems > 400 ? noise.repeat(3) : noise });
    });
    const bundle = await build(trained, items);
    expect(fileOf(bundle, 'first-shelf').length).toBeLessThanOrEqual(8192);
    expect(fileOf(bundle, 'first-shelf').length).toBeGreaterThan(6000);
  });

  test('is empty where everything is sold out', async () => {
    const soldOut = ITEMS.map((item) => ({ ...item, stock: 'out' as const }));
    expect(jsonOf(await build(TRAINED, soldOut), 'first-shelf')).toEqual([]);
  });

  test('calls nothing popular in a shop that knows no popularity yet', async () => {
    const none = new Uint8Array(ITEMS.length);
    const unknown = { recent: none, longRun: none, newness: none.map(() => 255) };
    expect(jsonOf(await build({ ...TRAINED, popularity: unknown }), 'first-shelf')).toEqual([]);
  });
});
