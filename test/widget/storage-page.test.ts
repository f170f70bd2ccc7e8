import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { BROWSER_FLAGS, findBrowser } from './browser.ts';
import { itemId, publish, shopItem } from './published-shop.ts';
import { awaitCode, cardsOf, noisesOf, seenOn, storedOn } from './shop-page.ts';
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

describe('storage that the browser denies', () => {
  test('by throwing on every call leaves a page with its own memory and names the code', async () => {
    await device.addInitScript(() => {
      const deny = () => {
        throw new DOMException('denied', 'SecurityError');
      };
      IDBFactory.prototype.open = deny;
      CacheStorage.prototype.open = async () => deny();
    });
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

  test('by the shopper’s own setting leaves a page and its Worker with their own memory', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
    await mkdir(join(profile, 'Default'));
    const blockAll = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(blockAll));
    const strict = await chromium.launchPersistentContext(profile, {
      executablePath: findBrowser(),
      args: BROWSER_FLAGS,
    });
    try {
      await shop.watch(strict);
      const page = await shop.visit(strict, '/p/20');
      await expectShelfWithoutStorage(page, 'storage-denied');
      await page
        .locator('#for-you')
        .getByText(`Often bought with ${shopItem(8).title}`)
        .waitFor();
      expect(await page.evaluate("caches.keys().then(() => 'open', ({ name }) => name)")).toBe('SecurityError');
    } finally {
      await strict.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

describe('storage that is full', () => {
  /** Leaves the shop's origin no more room than it takes already. */
  async function fill(page: Page): Promise<void> {
    const { usage } = (await page.evaluate('navigator.storage.estimate()')) as { usage: number };
    const session = await device.newCDPSession(page);
    const origin = new URL(shop.url('/')).origin;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Math.max(1, usage) });
  }

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
