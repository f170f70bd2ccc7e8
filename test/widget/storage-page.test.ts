import { randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { BundleItem } from '#protocol/catalog.ts';
import { inOrdinaryWindow } from './browser.ts';
import { digestOfKind, publish, SHOP, shopItem, storedOf } from './published-shop.ts';
import {
  awaitCode,
  awaitFirst,
  awaitKept,
  cardsOf,
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

  test('of the two, IndexedDB, leaves the model stored: a later visit downloads none of it', async () => {
    shop.fileCacheControl = 'no-store';
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now() });
    shop.edge.publish(version);
    await deny('IndexedDB');
    const page = await shop.visit(device, '/p/20');
    await cardsOf(page, '#similar');
    const numStored = `caches.open('vitrine-${SHOP}').then((cache) => cache.keys()).then((keys) => keys.length)`;
    // The last thing stored is a note of which version it is.
    await expect.poll(() => page.evaluate(numStored)).toBe(storedOf(version).length + 1);
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
      await shop.watch(strict);
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
    await expect.poll(async () => (await storedOn(page)).files).toEqual(storedOf(version));
    // Stored from the browser's HTTP cache: asked for once.
    expect(shop.edge.filesAsked).toEqual([`files/${digestOfKind(version, 'items', 1)}`]);
    expect((await seenOn(page)).errors).toEqual([]);
  });
});

/** Some kilobytes an item that no compression makes smaller. */
function makeBulky(items: BundleItem[]): BundleItem[] {
  return items.map((item) => ({ ...item, categories: [randomBytes(6000).toString('base64url')] }));
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
    // Far more than a database and what browsers reserve for it.
    shop.edge.publish(await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), alter: makeBulky }));
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
