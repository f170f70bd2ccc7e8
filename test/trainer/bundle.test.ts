import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Model } from '#model/model.ts';
import { buildProfile } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { Digest, KeyFingerprint, ShopId } from '#protocol/ids.ts';
import {
  codebooksFile,
  type ManifestFile,
  openManifest,
  ROW_KINDS,
  rowFiles,
  SHARD_MAX_BYTES,
  signManifest,
  wholeFile,
} from '#protocol/manifest.ts';
import { type Bundle, buildBundle, bundleVersionSuffix } from '#trainer/bundle.ts';
import { withCodebooks } from '#trainer/item-encoding.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import { fixedKey } from '../protocol/fixed-key.ts';
import { wholeBundle } from '../widget/whole-bundle.ts';
import { catalogItem, catalogOf, DAY_MS, START_MS } from './dataset-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const SHOP = 'lamp-shop' as ShopId;
const TRAINED = randomTrained(321);
const ITEMS = catalogOf(TRAINED.config.numItems);
const build = (trained: TrainedModel = TRAINED, items: readonly CatalogItem[] = ITEMS, sequence = 5) =>
  buildBundle(trained, { items, shop: SHOP, sequence, nowMs: START_MS });

function firstShelfOf({ manifest, files }: Bundle): { readonly bytes: Uint8Array; readonly cards: CatalogItem[] } {
  const bytes = files.get(wholeFile(manifest, 'first-shelf').digest) as Uint8Array;
  return { bytes, cards: JSON.parse(gunzipSync(bytes).toString()) };
}

/** The bundle as a device reads it. */
function read({ manifest, files }: Bundle) {
  const buffers = new Map(Array.from(files, ([digest, bytes]) => [digest, alignedCopy(bytes)]));
  return wholeBundle(
    {
      manifest,
      modelDigest: 'a1'.repeat(32) as Digest,
      envelope: undefined,
      signedBy: 'k'.repeat(43) as KeyFingerprint,
    },
    buffers,
  );
}

/** What a model is made of, as far as it can be compared. */
function partsOf({ items, neighbors, ...rest }: Model) {
  const lists = Array.from({ length: items.numItems }, (_, row) => {
    const list: [number, number][] = [];
    neighbors.forEach(row, (neighbor, weight) => list.push([neighbor, weight]));
    return list;
  });
  return { ...rest, lists, scales: items.scales, values: items.values, popularity: items.popularity };
}

describe('a bundle', () => {
  test('has a manifest that a device accepts once it is signed, for 30 days', async () => {
    const { manifest } = await build();
    const key = await fixedKey(16);
    const envelope = await signManifest(manifest, key);
    const trust = { publishingKeys: [key.fingerprint], shop: SHOP, lastSequence: 5, nowMs: START_MS + 30 * DAY_MS - 1 };
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
    const { model } = await read(await build());
    expect(partsOf(model)).toEqual(partsOf(shippedModel(TRAINED)));
  });

  test('cuts what it says of each item into shards of at most 256 KiB', async () => {
    const trained = randomTrained(322, { numItems: 9000, numGroups: 300, dim: 64, hiddenDim: 16 });
    const { manifest } = await build(trained, catalogOf(9000));
    expect(rowFiles(manifest, 'items').map(({ rows }) => rows)).toEqual([3847, 3847, 1306]);
    expect(rowFiles(manifest, 'catalog').map(({ rows }) => rows)).toEqual([4096, 4096, 808]);
    for (const kind of ROW_KINDS) {
      const shards = rowFiles(manifest, kind);
      expect(shards.reduce((sum, { rows }) => sum + rows, 0)).toBe(9000);
      for (const { bytes } of shards) expect(bytes).toBeLessThanOrEqual(SHARD_MAX_BYTES);
    }
  });

  test('names files in the order of use: what is needed whole, then all kinds of the first rows', async () => {
    const trained = randomTrained(322, { numItems: 9000, numGroups: 300, dim: 64, hiddenDim: 16 });
    const { manifest } = await build(trained, catalogOf(9000));
    const names = manifest.files.map((file) => ('rows' in file ? `${file.kind} ${file.firstRow}` : file.kind));
    expect(names.slice(0, 9)).toEqual([
      'first-shelf',
      'encoder',
      'popularity 0',
      'items 0',
      'catalog 0',
      'neighbors 0',
      'words',
      'groups 0',
      'neighbors 2907',
    ]);
    const firstRows = manifest.files.flatMap((file) => ('rows' in file ? file.firstRow : []));
    expect(firstRows).toEqual(firstRows.toSorted((a, b) => a - b));
  });
});

describe('a bundle of items as codes', () => {
  // Few different vectors, so that k-means ends soon.
  const plain = randomTrained(324, { numItems: 17_000, numGroups: 300, dim: 32, hiddenDim: 16 });
  const repeated = plain.itemVectors.map((_, i) => plain.itemVectors[i % (150 * 32)] as number);
  const coded = withCodebooks({ ...plain, itemVectors: repeated }, seededRandom(6));

  test('holds 16 bytes an item in shards of at most 256 KiB, and the codebooks once', async () => {
    const { manifest, files } = await build(coded, catalogOf(17_000));
    const shards = rowFiles(manifest, 'items');
    expect(shards.map(({ rows }) => rows)).toEqual([16_352, 648]);
    const lengthOf = ({ digest }: ManifestFile) => gunzipSync(files.get(digest) as Uint8Array).length;
    expect(shards.map(lengthOf)).toEqual([16_352 * 16, 648 * 16]);
    expect(lengthOf(codebooksFile(manifest) as ManifestFile)).toBe(64 + 768 * 32);
    const key = await fixedKey(16);
    const trust = { publishingKeys: [key.fingerprint], shop: SHOP, lastSequence: 5, nowMs: START_MS };
    expect((await openManifest(await signManifest(manifest, key), trust)).manifest).toEqual(manifest);
  });

  test('is read by a device as the model that was measured', async () => {
    const small = withCodebooks(randomTrained(325, { dim: 32 }), seededRandom(7));
    const { model } = await read(await build(small));
    expect(partsOf(model)).toEqual(partsOf(shippedModel(small)));
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
    const { catalog } = await read(await build());
    expect(ITEMS.map((_, row) => catalog.itemAt(row))).toEqual(ITEMS.map(({ description: _, ...item }) => item));
  });

  test('comes in smaller shards where texts are long', async () => {
    // Hexadecimal of a hash, which packing halves at best.
    const items = ITEMS.map((item, row) => {
      const noise = Array.from({ length: 400 }, (_, i) => createHash('sha512').update(`${row}-${i}`).digest('hex'));
      return { ...item, attributes: Object.fromEntries(noise.map((text, i) => [`${i}`, text])) };
    });
    const { manifest } = await build(TRAINED, items);
    expect(rowFiles(manifest, 'catalog').map(({ rows }) => rows)).toEqual([5, 6, 6, 6]);
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
    const trained = { ...TRAINED, popularity: { ...TRAINED.popularity, recent, longRun } };
    const { cards: shelf } = firstShelfOf(await build(trained, items));
    expect(shelf.map(({ id }) => id).slice(0, 5)).toEqual(['item-11', 'item-17', 'item-4', 'item-0', 'item-1']);
    expect(shelf).toHaveLength(22);
    const { id, title, url, imageUrl, priceCents, currency } = items[11] as CatalogItem;
    expect(shelf[0]).toEqual({ id, title, url, imageUrl, priceCents, currency });
  });

  test('has the order of a stranger’s ranked shelf, so that nothing jumps when the model is there', async () => {
    const model = shippedModel(TRAINED);
    const stranger = buildProfile([], { rowOf: () => undefined, maxEvents: 5 });
    const firstShelf = firstShelfOf(await build()).cards.map(({ id }) => id);
    expect(firstShelf.length).toBeGreaterThan(10); // all that is popular at all
    const ranked = await scoreItems(model, createJsScorer(model.items), stranger).best(firstShelf.length);
    expect(firstShelf).toEqual(Array.from(ranked.rows, (row) => ITEMS[row]?.id));
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
    expect(firstShelfOf(bundle).bytes.length).toBeLessThanOrEqual(8192);
    expect(firstShelfOf(bundle).bytes.length).toBeGreaterThan(6000);
  });

  test('is empty where everything is sold out', async () => {
    const soldOut = ITEMS.map((item) => ({ ...item, stock: 'out' as const }));
    expect(firstShelfOf(await build(TRAINED, soldOut)).cards).toEqual([]);
  });

  test('calls nothing popular in a shop that knows no popularity yet', async () => {
    const none = new Uint8Array(ITEMS.length);
    const unknown = { recent: none, longRun: none, newness: none.map(() => 255) };
    expect(firstShelfOf(await build({ ...TRAINED, popularity: unknown })).cards).toEqual([]);
  });
});
