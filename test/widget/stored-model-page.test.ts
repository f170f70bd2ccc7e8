import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { signManifest } from '#protocol/manifest.ts';
import { inOrdinaryWindow } from './browser.ts';
import { digestOfKind, itemId, publish, renameAll, SHOP, shopItem, storedOf } from './published-shop.ts';
import {
  awaitFirst,
  awaitKept,
  expectShelfWithoutStorage,
  lookAgain,
  noisesOf,
  seenOn,
  storedOn,
} from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

describe('after a first visit that stored the model', () => {
  /** Looks at a product while the edge is there, and at the home page when it is gone, its scripts included. */
  async function expectShelfWithoutEdge(visitor: BrowserContext): Promise<void> {
    const page = await shop.visit(visitor, '/p/20');
    await awaitFirst(page, 21, '#similar');
    await awaitKept(page);
    shop.edge.isReachable = false;
    const noises = noisesOf(page);
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
    expect((await seenOn(page)).errors).toEqual([]);
    expect(noises).toEqual([]);
  }

  test('a private window needs no edge', () => expectShelfWithoutEdge(device));

  test('an ordinary window needs no edge', () =>
    inOrdinaryWindow({}, async (visitor) => {
      await shop.watch(visitor);
      await expectShelfWithoutEdge(visitor);
    }));

  test('a device without any network ranks on a page that the browser has', async () => {
    shop.pageCacheControl = 'max-age=600';
    const page = await shop.visit(device, '/');
    await awaitFirst(page, 0);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await awaitKept(page);
    await device.setOffline(true);
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
    await page.evaluate(`vitrine.track({ kind: 'view', itemId: '${itemId(8)}' })`);
    await awaitFirst(page, 9);
    expect((await seenOn(page)).errors).toEqual([]);
  });
});

describe('storage that is cleared while a page is open', () => {
  test('is filled again: shelves go on, a newer version comes, a later visit needs no edge', async () => {
    shop.fileCacheControl = 'no-store';
    const page = await device.newPage();
    const noises = noisesOf(page);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await awaitKept(page);
    const session = await device.newCDPSession(page);
    const origin = new URL(shop.url('/')).origin;
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    // The page may open a database of its own meanwhile, so what is asked is that the model's files are gone.
    await expect.poll(() => page.evaluate('caches.keys()')).toEqual([]);

    await page.evaluate(`vitrine.track({ kind: 'view', itemId: '${itemId(8)}' })`);
    await awaitFirst(page, 9);
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), alter: renameAll });
    shop.edge.publish(version);
    await lookAgain(page);
    await page.locator("#for-you [part='title']", { hasText: 'of version 3' }).first().waitFor();
    await expect.poll(async () => (await storedOn(page)).files).toEqual(storedOf(version));
    await awaitKept(page);
    expect((await storedOn(page)).events).toHaveLength(1);

    shop.edge.isReachable = false;
    await page.goto(shop.url('/'));
    await page
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(8).title} of version 3`)
      .waitFor();
    expect((await seenOn(page)).errors).toEqual([]);
    expect(noises).toEqual([]);
  });
});

describe('storage written by another release', () => {
  const DAY_MS = 86_400_000;

  /** Fills the shop's origin before its first page of ours is opened. */
  async function fill({
    events,
    meta,
    files,
    version = 1,
  }: {
    readonly events: readonly unknown[];
    readonly meta: Readonly<Record<string, unknown>>;
    readonly files: readonly (readonly [digest: string, bytes: Uint8Array])[];
    readonly version?: number;
  }): Promise<Page> {
    const page = await shop.visit(device, '/empty');
    await page.evaluate(`(async () => {
      const request = indexedDB.open('vitrine-${SHOP}', ${version});
      request.onupgradeneeded = () => {
        request.result.createObjectStore('events', { autoIncrement: true });
        request.result.createObjectStore('meta');
      };
      const database = await new Promise((done) => { request.onsuccess = () => done(request.result); });
      const transaction = database.transaction(['events', 'meta'], 'readwrite');
      for (const event of ${JSON.stringify(events)}) transaction.objectStore('events').add(event);
      for (const [key, value] of Object.entries(${JSON.stringify(meta)})) transaction.objectStore('meta').put(value, key);
      await new Promise((done) => { transaction.oncomplete = done; });
      database.close();
      const cache = await caches.open('vitrine-${SHOP}');
      for (const [digest, bytes] of ${JSON.stringify(files.map(([digest, bytes]) => [digest, [...bytes]]))}) {
        await cache.put('https://vitrine.invalid/' + digest, new Response(Uint8Array.from(bytes)));
      }
    })()`);
    return page;
  }

  test('0.1.0 is read: its history counts and its record stays, its model gives way to one in this release’s format', async () => {
    const nowMs = Date.now();
    const old = await publish({ key: shop.key, sequence: 1, nowMs, lastShardSeed: 6 });
    const newest = await publish({ key: shop.key, sequence: 2, nowMs });
    const format1 = { ...old.manifest, format: 1 };
    const oldCatalog = 'c4'.repeat(32); // one file of all items then
    const participation = {
      format: 1,
      startedAtMs: nowMs - DAY_MS,
      participations: [],
      inverseVariances: 0.5,
      spent: { numParticipations: 1, epsilon: 4.2, delta: 1e-6 },
    };
    const page = await fill({
      events: [{ format: 1, event: { kind: 'view', itemId: itemId(20), atMs: nowMs - DAY_MS } }],
      meta: {
        manifest: await signManifest(format1 as never, shop.key),
        'manifest-sequence': 1,
        participation,
        'gpu-lost-at': 100_000,
      },
      files: [[oldCatalog, utf8('[]')], ...[...old.files].filter(([digest]) => newest.files.has(digest))],
    });
    shop.edge.requests.length = 0;
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
    await awaitKept(page);
    await expect.poll(async () => (await storedOn(page)).files).toEqual(storedOf(newest));
    // One shard differs.
    expect(shop.edge.filesAsked).toEqual([`files/${digestOfKind(newest, 'items', 1)}`]);
    expect((await storedOn(page)).meta).toContainEqual(participation);
    expect((await seenOn(page)).errors).toEqual([]);
  });

  test('what is not understood is dropped, and the shop works as on a first visit', async () => {
    const version = await publish({ key: shop.key, sequence: 2, nowMs: Date.now() });
    shop.edge.publish(version);
    const format99 = { ...version.manifest, format: 99 };
    const strange = 'c3'.repeat(32);
    const page = await fill({
      events: ['a record of its own', { format: 7, view: 20 }, { format: 1, event: { kind: 'steal' } }],
      meta: {
        manifest: await signManifest(format99 as never, shop.key),
        'manifest-sequence': 'nine',
        live: { facts: 'of another shape' },
        'live-sequence': -4,
        paused: 'maybe',
        'gpu-lost-at': { items: 7 },
      },
      files: [
        [strange, utf8('a file of another version')],
        [digestOfKind(version, 'neighbors'), utf8('other bytes under a digest of ours')],
      ],
    });
    const noises = noisesOf(page);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await awaitKept(page);
    await expect.poll(async () => (await storedOn(page)).files).toEqual(storedOf(version));
    expect((await seenOn(page)).errors).toEqual([]);
    expect(noises).toEqual([]);
  });

  test('a database of a release to come is left alone', async () => {
    const page = await fill({ events: [], meta: { learning: 'of another shape' }, files: [], version: 2 });
    await page.goto(shop.url('/p/20'));
    await expectShelfWithoutStorage(page, 'storage-denied');
    expect(await page.evaluate('indexedDB.databases()')).toEqual([{ name: `vitrine-${SHOP}`, version: 2 }]);
  });
});
