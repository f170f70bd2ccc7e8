import type { BrowserContext } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { itemId, publish, renameAll } from './published-shop.ts';
import { awaitFirst, storedNames, storedOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

describe('consent', () => {
  test('at level "memory" nothing is written to the device', async () => {
    shop.consent = 'memory';
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21, '#similar');
    expect(await storedNames(page)).toEqual([]);
  });

  test('granted by the page’s own script, keeps what this page has seen', async () => {
    shop.consent = 'memory';
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21, '#similar');
    await page.evaluate("vitrine.setConsent('persistent')");
    shop.consent = 'persistent';
    await page.goto(shop.url('/'));
    await awaitFirst(page, 21);
  });

  test('withdrawn, leaves nothing of history or model behind', async () => {
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21, '#similar');
    await expect.poll(async () => (await storedOn(page)).shelves).toHaveLength(1);
    await page.evaluate("vitrine.setConsent('memory')");
    expect(await page.evaluate('caches.keys()')).toEqual([]);
    expect(await storedOn(page)).toEqual({ events: [], meta: [], files: [], shelves: [] });
  });

  test('withdrawn in one tab, is withdrawn in the other: it keeps nothing more and goes on in memory', async () => {
    const one = await shop.visit(device, '/p/20');
    await awaitFirst(one, 21, '#similar');
    const other = await shop.visit(device, '/');
    await awaitFirst(other, 21);
    await one.evaluate("vitrine.setConsent('memory')");
    await awaitFirst(other, 0);
    await other.evaluate(`vitrine.track({ kind: 'view', itemId: '${itemId(6)}' })`);
    await awaitFirst(other, 7);
    // A model that comes later is not kept either.
    shop.edge.publish(await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), alter: renameAll }));
    await other.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await other.locator("#for-you [part='title']", { hasText: 'of version 3' }).first().waitFor();
    expect(await other.evaluate('caches.keys()')).toEqual([]);
    expect(await storedOn(other)).toEqual({ events: [], meta: [], files: [], shelves: [] });
  });

  test('withdrawn and given again in one breath, is given', async () => {
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21, '#similar');
    await page.evaluate("Promise.all([vitrine.setConsent('memory'), vitrine.setConsent('persistent')])");
    await page.evaluate(`vitrine.track({ kind: 'add', itemId: '${itemId(6)}' })`);
    await expect.poll(async () => (await storedOn(page)).events.length).toBeGreaterThan(0);
  });
});
