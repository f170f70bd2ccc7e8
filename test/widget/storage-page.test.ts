import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { type Manifest, signManifest } from '#protocol/manifest.ts';
import { BROWSER_FLAGS, findBrowser } from './browser.ts';
import { digestOfKind, itemId, publish, renameAll, SHOP, shopItem } from './published-shop.ts';
import { awaitCode, awaitFirst, cardsOf, lookAgain, noisesOf, seenOn, storedOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

/** A page that works on without the device's storage, and says why once. */
async function expectShelfWithoutStorage(page: Page, code: string): Promise<void> {
  expect((await cardsOf(page, '#similar'))[0]).toBe(shopItem(21).title);
  await awaitCode(page, code);
  // What this page has seen still counts on it.
  await page.evaluate(`vitrine.track({ kind: 'view', itemId: '${itemId(8)}' })`);
  expect((await seenOn(page)).errors).toEqual([code]);
}

/** What each kind of storage says where a browser denies it. */
const DENIALS = {
  IndexedDB: "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };",
  'Cache Storage': "CacheStorage.prototype.open = async () => { throw new DOMException('denied', 'SecurityError'); };",
};

/** Denies storage to the device's pages and, by the scripts that they start them from, to their Workers. */
async function deny(...kinds: (keyof typeof DENIALS)[]): Promise<void> {
  const denial = kinds.map((kind) => DENIALS[kind]).join('');
  await device.addInitScript({
    content: `${denial}
      const createObjectURL = URL.createObjectURL;
      URL.createObjectURL = (blob) => createObjectURL(new Blob([${JSON.stringify(denial)}, blob], { type: blob.type }));`,
  });
}

/** Waits until the model is stored whole, so that a later visit can start from it. */
async function awaitKept(page: Page): Promise<void> {
  await expect.poll(async () => (await storedOn(page)).meta.some((value) => isEnvelope(value))).toBe(true);
}

function isEnvelope(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes('vnd.vitrine.manifest');
}

describe('storage that the browser denies', () => {
  test.each<[name: string, ...kinds: (keyof typeof DENIALS)[]]>([
    ['IndexedDB alone', 'IndexedDB'],
    ['Cache Storage alone', 'Cache Storage'],
    ['both', 'IndexedDB', 'Cache Storage'],
  ])('%s, leaves a page and its Worker with their own memory and names the code', async (_name, ...kinds) => {
    await deny(...kinds);
    const page = await device.newPage();
    const noises = noisesOf(page);
    await page.goto(shop.url('/p/20'));
    await expectShelfWithoutStorage(page, 'storage-denied');
    await page
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(8).title}`)
      .waitFor();
    expect(noises).toEqual([]);
  });

  test('of the two, IndexedDB, leaves the model stored: a later visit downloads nothing', async () => {
    shop.fileCacheControl = 'no-store';
    await deny('IndexedDB');
    const page = await shop.visit(device, '/p/20');
    await cardsOf(page, '#similar');
    await expect
      .poll(() =>
        page.evaluate(`caches.open('vitrine-${SHOP}').then((cache) => cache.keys()).then((keys) => keys.length)`),
      )
      .toBe(shop.edge.filesAsked.length);
    shop.edge.requests.length = 0;
    await page.goto(shop.url('/p/4'));
    await awaitFirst(page, 5, '#similar');
    expect(shop.edge.filesAsked).toEqual([]);
  });

  test('of the two, Cache Storage, leaves the history stored: a later visit knows what was looked at', async () => {
    await deny('Cache Storage');
    const page = await shop.visit(device, '/p/20');
    await cardsOf(page, '#similar');
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
  });

  test('by the shopper’s own setting leaves a page and its Worker with their own memory', async () => {
    const blockAll = { profile: { default_content_setting_values: { cookies: 2 } } };
    await inOrdinaryWindow(blockAll, async (strict) => {
      const page = await shop.visit(strict, '/p/20');
      await expectShelfWithoutStorage(page, 'storage-denied');
      await page
        .locator('#for-you')
        .getByText(`Often bought with ${shopItem(8).title}`)
        .waitFor();
      expect(await page.evaluate("caches.keys().then(() => 'open', ({ name }) => name)")).toBe('SecurityError');
    });
  });
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

  test('an ordinary window needs no edge', () => inOrdinaryWindow({}, expectShelfWithoutEdge));

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
    await expect.poll(async () => (await storedOn(page)).files).toHaveLength(version.files.size);
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

  test('0.1.0 is read: its history and its model serve without an edge, and a newer version replaces it', async () => {
    const nowMs = Date.now();
    const old = await publish({ key: shop.key, sequence: 1, nowMs, lastShardSeed: 6 });
    const { recall: _recall, blend, ...config } = old.manifest.config;
    const oldBlend = blend.map(({ seen: _seen, again: _again, fresh: _fresh, ...weights }) => weights);
    const manifest = { ...old.manifest, config: { ...config, blend: oldBlend } };
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
        manifest: await signManifest(manifest as Manifest, shop.key),
        'manifest-sequence': 1,
        participation,
        'gpu-lost-at': 100_000,
      },
      files: [...old.files],
    });
    shop.edge.gate = async () => {
      throw new TypeError('Failed to fetch');
    };
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
    shop.edge.gate = undefined;
    shop.edge.requests.length = 0;
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
    const { files } = await publish({ key: shop.key, sequence: 2, nowMs });
    await expect
      .poll(async () => (await storedOn(page)).files.map((url) => url.slice(-64)))
      .toEqual([...files.keys()].toSorted());
    // One shard differs.
    expect(shop.edge.filesAsked).toHaveLength(1);
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
    await expect
      .poll(async () => (await storedOn(page)).files.map((url) => url.slice(-64)))
      .toEqual([...version.files.keys()].toSorted());
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

describe('the merchant’s quota', () => {
  test('that the model does not fit into leaves it in memory and says so once', async () => {
    shop.tagAttributes = 'data-vitrine-quota="1kb"';
    const page = await device.newPage();
    const noises = noisesOf(page);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await awaitCode(page, 'storage-full');
    expect((await seenOn(page)).errors).toEqual(['storage-full']);
    const stored = await storedOn(page);
    expect(stored.files).toEqual([]);
    expect(stored.events).toHaveLength(1);
    expect(noises).toEqual([]);
  });

  test('that holds one version only has the newer one whole in the end', async () => {
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), lastShardSeed: 4 });
    const bytes = [...version.files.values()].reduce((sum, { length }) => sum + length, 0);
    shop.tagAttributes = `data-vitrine-quota="${bytes / 1000}kb"`;
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21, '#similar');
    await awaitKept(page);
    shop.edge.publish(version);
    shop.edge.requests.length = 0;
    await lookAgain(page);
    await expect
      .poll(async () => (await storedOn(page)).files.map((url) => url.slice(-64)))
      .toEqual([...version.files.keys()].toSorted());
    // Stored from the browser's HTTP cache: asked for once.
    expect(shop.edge.filesAsked).toEqual([`files/${digestOfKind(version, 'items', 1)}`]);
    expect((await seenOn(page)).errors).toEqual([]);
  });
});

/** Runs a visit in a profile of its own that is kept on the disk. */
async function inOrdinaryWindow(preferences: object, visit: (visitor: BrowserContext) => Promise<void>): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const visitor = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: BROWSER_FLAGS,
  });
  try {
    await shop.watch(visitor);
    await visit(visitor);
  } finally {
    await visitor.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

describe('storage that is full', () => {
  async function usageOn(page: Page): Promise<number> {
    return ((await page.evaluate('navigator.storage.estimate()')) as { usage: number }).usage;
  }

  async function cachesUsageOn(page: Page): Promise<number> {
    return page.evaluate('navigator.storage.estimate().then(({ usageDetails }) => usageDetails.caches)');
  }

  async function setQuota(page: Page, quotaSize: number | undefined): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const origin = new URL(shop.url('/')).origin;
    await session.send('Storage.overrideQuotaForOrigin', quotaSize ? { origin, quotaSize } : { origin });
  }

  /** Leaves the shop's origin no more room than it takes already. */
  async function fill(page: Page): Promise<void> {
    await setQuota(page, Math.max(1, await usageOn(page)));
  }

  test('in the middle of the model leaves what fitted, and a visit with room asks for the rest', async () => {
    shop.fileCacheControl = 'no-store';
    // How much it takes whole, on a device of its own.
    const roomy = await shop.newDevice();
    const measured = await shop.visit(roomy, '/p/20');
    await awaitFirst(measured, 21, '#similar');
    await awaitKept(measured);
    const quota = (await usageOn(measured)) - Math.round((await cachesUsageOn(measured)) / 2);
    await roomy.close();
    const numFiles = shop.edge.filesAsked.length;

    const page = await shop.visit(device, '/empty');
    await setQuota(page, quota);
    const noises = noisesOf(page);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await awaitCode(page, 'storage-full');
    expect((await seenOn(page)).errors).toEqual(['storage-full']);
    expect(noises).toEqual([]);
    const numStored = (await storedOn(page)).files.length;
    expect(numStored).toBeGreaterThan(0);
    expect(numStored).toBeLessThan(numFiles);

    await setQuota(page, undefined);
    shop.edge.requests.length = 0;
    await page.goto(shop.url('/p/20'));
    await awaitKept(page);
    expect(shop.edge.filesAsked).toHaveLength(numFiles - numStored);
    expect((await seenOn(page)).errors).toEqual([]);
  });

  test('on the first visit leaves a page with the model in memory, and names the code', async () => {
    const page = await shop.visit(device, '/empty');
    await fill(page);
    const noises = noisesOf(page);
    await page.goto(shop.url('/p/20'));
    expect((await cardsOf(page, '#similar'))[0]).toBe(shopItem(21).title);
    await awaitCode(page, 'storage-full');
    expect((await seenOn(page)).errors).toEqual(['storage-full']);
    expect(noises).toEqual([]);
  });

  test('on a later visit leaves history and model as they were', async () => {
    const page = await shop.visit(device, '/p/4');
    await cardsOf(page, '#similar');
    await expect.poll(async () => (await storedOn(page)).events).toHaveLength(1);
    const before = await storedOn(page);
    await fill(page);
    shop.edge.publish(await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), lastShardSeed: 4 }));
    await page.goto(shop.url('/p/20'));
    expect((await cardsOf(page, '#similar'))[0]).toBe(shopItem(21).title);
    await awaitCode(page, 'storage-full');
    const after = await storedOn(page);
    expect(after.events.slice(0, 1)).toEqual(before.events);
    expect(after.files).toEqual(expect.arrayContaining(before.files));
    // The version before is whole: it serves a page that cannot reach the edge.
    await device.route(`${shop.edgeOrigin}/v1/**`, (route) => route.abort());
    await page.goto(shop.url('/p/20'));
    expect((await cardsOf(page, '#similar'))[0]).toBe(shopItem(21).title);
  });
});
