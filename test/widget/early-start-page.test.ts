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

describe('on a line that took long for the loader', () => {
  let release: () => void;
  beforeEach(async () => {
    const { promise: released, resolve } = Promise.withResolvers<void>();
    release = resolve;
    await device.route('**/picture.svg', async (route) => {
      await released;
      await route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
    });
    shop.inList = '<img src="/picture.svg" alt="">';
    await device.route('**/vitrine.js', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await route.continue();
    });
    await page.goto(shop.url('/'), { waitUntil: 'commit' });
    await expect.poll(() => page.evaluate('Boolean(globalThis.vitrine)')).toBe(true);
  });

  test('the page’s pictures go first', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(shop.edge.requests).toEqual([]);
    release();
    await awaitFirst(page, 0);
  });

  test('a picture that never comes is not waited for', async () => {
    await awaitFirst(page, 0);
    expect(await page.evaluate('document.readyState')).toBe('interactive');
  });
});

describe('a first visit’s Worker', () => {
  let isAskedFor = false;
  const neverAnswered = new Promise<void>(() => {});
  beforeEach(async () => {
    isAskedFor = false;
    page.on('request', (request) => {
      isAskedFor ||= request.url() === shop.scriptUrl('worker');
    });
    // A picture of the shop's that holds up the page's load event.
    await device.route('**/slow.svg', () => neverAnswered);
    shop.inList = '<img src="/slow.svg" alt="">';
  });

  test('is not asked for before there is a first shelf, nor does it wait for the page once there is', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    shop.edge.gate = (path) => (path === 'first-shelf' ? released : Promise.resolve());
    await page.goto(shop.url('/'), { waitUntil: 'commit' });
    await expect.poll(() => page.evaluate("Boolean(customElements.get('vitrine-shelf'))")).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300)); // it would have been asked for by now
    expect(isAskedFor).toBe(false);
    release();
    await expect.poll(() => isAskedFor).toBe(true);
    expect(await page.evaluate('document.readyState')).toBe('interactive');
  });

  test('waits no longer than the page does', async () => {
    shop.edge.gate = (path) => (path === 'first-shelf' ? neverAnswered : Promise.resolve());
    shop.inList = '';
    await page.goto(shop.url('/'));
    await expect.poll(() => isAskedFor).toBe(true);
  });
});

test('a tag that names no shop asks for nothing and stores nothing', async () => {
  shop.head = shop.tag.replace(`"${SHOP}"`, '"No Shop"').replace(' async', ''); // before the page's own tag
  await page.goto(shop.url('/p/20'));
  await awaitCode(page, 'bad-id');
  expect(shop.edge.requests).toEqual([]);
  expect(await databases()).toEqual([]);
});
