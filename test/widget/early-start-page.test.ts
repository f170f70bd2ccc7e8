import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { SHOP, shopItem } from './published-shop.ts';
import { awaitCode, awaitFirst, cardsOf } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;
let page: Page;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});
beforeEach(async () => {
  page = await device.newPage();
});

const databases = () => page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))');

describe('while the main chunk is on its way', () => {
  let release: () => void;
  beforeEach(async () => {
    const { promise: released, resolve } = Promise.withResolvers<void>();
    release = resolve;
    await device.route(shop.scriptUrl('main'), async (route) => {
      await released;
      await route.continue();
    });
  });

  test('the loader asks what a first visit draws from, once for the page, and opens the database', async () => {
    await page.goto(shop.url('/p/20'), { waitUntil: 'commit' });
    await expect.poll(() => shop.edge.requests.toSorted()).toEqual(['first-shelf', 'live', 'manifest']);
    await expect.poll(databases).toEqual([`vitrine-${SHOP}`]);
    release();
    await awaitFirst(page, 21, '#similar');
    expect(shop.edge.requests.filter((path) => !path.startsWith('files/'))).toHaveLength(3);
  });

  test('nothing is stored for a tag that asks for consent first', async () => {
    shop.consent = 'memory';
    await page.goto(shop.url('/p/20'), { waitUntil: 'commit' });
    await expect.poll(() => shop.edge.requests).toHaveLength(3);
    expect(await databases()).toEqual([]);
    release();
    await awaitFirst(page, 21, '#similar');
    expect(await databases()).toEqual([]);
  });
});

test('a first shelf is drawn before the Worker runs, and its prices once it does', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await device.route(shop.scriptUrl('worker'), async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(shop.url('/'));
  const price = page.locator("#for-you [part='price']").first();
  await price.waitFor({ state: 'attached' });
  expect(await cardsOf(page)).toContain(shopItem(0).title);
  const { height } = (await price.boundingBox()) as { height: number };
  expect(height).toBeGreaterThan(10);
  expect(await price.textContent()).toBe('');
  release();
  await expect.poll(() => price.textContent()).toMatch(/\d[.,]\d\d/);
  expect((await price.boundingBox())?.height).toBe(height);
});

test('a tag that names no shop asks for nothing and stores nothing', async () => {
  shop.head = shop.tag.replace(`"${SHOP}"`, '"No Shop"').replace(' async', ''); // before the page's own tag
  await page.goto(shop.url('/p/20'));
  await awaitCode(page, 'bad-id');
  expect(shop.edge.requests).toEqual([]);
  expect(await databases()).toEqual([]);
});
