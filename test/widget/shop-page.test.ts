import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { digestOfKind, itemId, publish, publishLive, renameAll, SHOP, shopItem } from './published-shop.ts';
import { awaitFirst, awaitKept, cardsOf, seenOn as seen } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

async function reasonsOf(page: Page, shelf = '#for-you'): Promise<string[]> {
  await page.locator(`${shelf} [part='reason']`).first().waitFor();
  return page.locator(`${shelf} [part='reason']`).allTextContents();
}

async function awaitError(page: Page): Promise<string[]> {
  await page.evaluate(`new Promise((done) => {
    if (seen.errors.length > 0) done();
    document.addEventListener('vitrine-error', () => done());
  })`);
  return (await seen(page)).errors;
}

describe('under the content policy of a careful shop', () => {
  test.each([
    ['with WebAssembly', " 'wasm-unsafe-eval'"],
    ['without WebAssembly', ''],
  ])('%s, what was bought with the last item viewed comes first', async (_name, script) => {
    shop.policy = shop.policyWith({ script });
    const product = await shop.visit(device, '/p/20');
    await awaitFirst(product, 21, '#similar');
    expect((await reasonsOf(product, '#similar'))[0]).toBe('Often bought with this');
    await product.goto(shop.url('/'));
    await awaitFirst(product, 21);
    expect((await reasonsOf(product))[0]).toBe(`Often bought with ${shopItem(20).title}`);
    expect((await seen(product)).errors).toEqual([]);
  });

  test.each([
    ['with WebAssembly', " 'wasm-unsafe-eval'"],
    ['without WebAssembly', ''],
  ])('that forbids Workers, %s, the page ranks by itself', async (_name, script) => {
    shop.policy = shop.policyWith({ script, worker: "'none'" });
    const product = await shop.visit(device, '/p/20');
    await awaitFirst(product, 21, '#similar');
    await awaitKept(product);
    shop.edge.requests.length = 0;
    await product.goto(shop.url('/'));
    await awaitFirst(product, 21);
    expect((await reasonsOf(product))[0]).toBe(`Often bought with ${shopItem(20).title}`);
    expect(shop.edge.filesAsked).toEqual([]);
    expect(product.workers()).toEqual([]);
    expect((await seen(product)).errors).toEqual([]);
  });

  test('nothing is written to the console', async () => {
    const page = await device.newPage();
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    page.on('pageerror', (error) => lines.push(String(error)));
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    expect(lines).toEqual([]);
  });
});

test('a first visit sees what is popular while the catalog is still on its way', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now() });
  shop.edge.publish(version);
  shop.edge.gate = async (path) => {
    if (path.endsWith(digestOfKind(version, 'catalog'))) await released;
  };
  const page = await shop.visit(device, '/p/20');
  await awaitFirst(page, 0);
  expect(await page.locator('#similar').getByText('Own 21').isVisible()).toBe(true);
  release();
  await awaitFirst(page, 21, '#similar');
});

describe('the place that a shelf takes', () => {
  test.each(['/', '/p/20'])('does not move anything on %s, from the first paint to the ranked shelf', async (path) => {
    const page = await shop.visit(device, path);
    await cardsOf(page);
    expect((await seen(page)).shift).toBe(0);
  });

  test('is the same height with ranked cards as with the shop’s own list', async () => {
    shop.edge.answers.set('manifest', 500);
    const without = await shop.visit(device, '/');
    await awaitError(without);
    const own = await without.locator('#for-you').boundingBox();
    await shop.reset();
    const withCards = await shop.visit(device, '/');
    await cardsOf(withCards);
    expect(await withCards.locator('#for-you').boundingBox()).toEqual(own);
  });

  test('is made where the shop has no list of its own', async () => {
    const page = await shop.visit(device, '/no-list');
    await cardsOf(page);
    expect((await page.locator('#for-you').boundingBox())?.height).toBeGreaterThan(200);
  });
});

describe('a ready shelf', () => {
  test('draws links, prices in the page’s language and lazy pictures', async () => {
    const page = await shop.visit(device, '/');
    await cardsOf(page);
    const card = page.locator("#for-you [part='item']").first();
    expect(await card.locator('a').getAttribute('href')).toBe('/p/0');
    await expect.poll(() => card.locator("[part='price']").textContent()).toBe('€12.50');
    expect(await card.locator('img').getAttribute('loading')).toBe('lazy');
  });

  test('is reached by the keyboard, and the hidden list is not', async () => {
    const page = await shop.visit(device, '/');
    await cardsOf(page);
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(
      "document.activeElement.shadowRoot?.activeElement?.getAttribute('href') ?? document.activeElement.href",
    );
    expect(focused).toBe('/p/0');
  });

  test('says which product was chosen, and remembers it', async () => {
    const page = await shop.visit(device, '/');
    await cardsOf(page);
    await page.evaluate(`
      document.addEventListener('vitrine-select', ({ detail }) => { globalThis.chosen = detail; });
      document.addEventListener('click', (event) => event.preventDefault());
    `);
    await page.locator("#for-you [part='item'] a").nth(2).click();
    expect(await page.evaluate('chosen')).toEqual({ itemId: itemId(2), rank: 2 });
    const panel = await shop.visit(device, '/privacy');
    await panel.getByText(`Chose ${shopItem(2).title}`).waitFor();
  });

  test('remembers a product that was chosen and left for at once', async () => {
    const page = await shop.visit(device, '/');
    await cardsOf(page);
    await page.locator("#for-you [part='item'] a").nth(2).click();
    await page.waitForURL('**/p/2');
    await page.goto(shop.url('/privacy'));
    await page.getByText(`Chose ${shopItem(2).title}`).waitFor();
  });

  test('stays as it is when the edge becomes unreachable in the middle of a visit', async () => {
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21, '#similar');
    await device.route(`${shop.edgeOrigin}/**`, (route) => route.abort());
    const failed = device.waitForEvent('requestfailed', (request) => request.url().endsWith('/manifest'));
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await failed;
    await page.evaluate(`vitrine.track({ kind: 'add', itemId: '${itemId(6)}' })`);
    await page
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(6).title}`)
      .waitFor();
    expect((await seen(page)).errors).toEqual([]);
  });

  test('ranks anew when the shopper adds something to the cart, and leaves that out', async () => {
    const page = await shop.visit(device, '/');
    await awaitFirst(page, 0);
    await page.evaluate(
      `dataLayer.push({ event: 'add_to_cart', ecommerce: { items: [{ item_id: '${itemId(6)}' }] } })`,
    );
    await awaitFirst(page, 7);
    expect(await cardsOf(page)).not.toContain(shopItem(6).title);
  });

  test('moves to a newly published version without a reload', async () => {
    const page = await shop.visit(device, '/');
    await awaitFirst(page, 0);
    shop.edge.publish(await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), alter: renameAll }));
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.locator("#for-you [part='title']", { hasText: 'of version 3' }).first().waitFor();
  });

  test('goes back to the shop’s own list when the merchant switches shelves off', async () => {
    const page = await shop.visit(device, '/');
    await cardsOf(page);
    shop.edge.put('live', await publishLive(shop.key, Date.now(), { sequence: 9, shelvesOff: true }));
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.locator('#for-you').getByText('Own 21').waitFor();
    expect(await page.locator("#for-you [part='item']").count()).toBe(0);
    expect((await seen(page)).errors).toEqual([]);
  });

  test('is there on the next page before its Worker is, without that page’s own item, and gone once forgotten', async () => {
    const page = await shop.visit(device, '/p/20');
    await awaitFirst(page, 21);
    const before = await cardsOf(page);
    await device.route('**/widget/worker.*', () => {}); // never answered
    await page.goto(shop.url('/'));
    expect(await cardsOf(page)).toEqual(before);
    await page.goto(shop.url('/p/21'));
    expect(await cardsOf(page)).toEqual(before.slice(1));
    await page.goto(shop.url('/privacy'));
    await page.getByRole('button', { name: 'Forget me' }).click();
    await page.getByText('Nothing.').waitFor();
    await page.goto(shop.url('/'));
    expect(await page.locator('#for-you').getByText('Own 21').isVisible()).toBe(true);
  });

  test('follows what the shopper does in another tab', async () => {
    const home = await shop.visit(device, '/');
    await awaitFirst(home, 0);
    await shop.visit(device, '/p/20');
    await awaitFirst(home, 21);
  });
});

describe('a failure leaves the shop’s own list and names its code', () => {
  const failures: [name: string, code: string, breakIt: () => void | Promise<void>][] = [
    [
      'a policy that forbids Workers and their script in the page',
      'worker-forbidden',
      () => {
        const own = `${shop.edgeOrigin}/vitrine.js ${shop.scriptUrl('main')} 'wasm-unsafe-eval'`;
        const withoutScript = shop.policyWith({ worker: "'none'" });
        shop.policy = withoutScript.replace(/script-src [^;]*/, `script-src 'self' ${own}`);
      },
    ],
    [
      'an edge that gives scripts and no model’s files',
      'edge-unreachable',
      async () => {
        await device.route(`${shop.edgeOrigin}/v1/**`, (route) => route.abort());
      },
    ],
    ['an edge that has no model', 'edge-refused', () => void shop.edge.answers.delete('manifest')],
    [
      'a model signed by another key',
      'unknown-key',
      async () => shop.edge.publish(await publish({ key: shop.helperKey, sequence: 2, nowMs: Date.now() })),
    ],
  ];
  test.each(failures)('%s', async (_name, code, breakIt) => {
    await breakIt();
    const page = await shop.visit(device, '/');
    expect(await awaitError(page)).toEqual([code]);
    expect(await page.locator('#for-you').getByText('Own 21').isVisible()).toBe(true);
    expect((await seen(page)).shift).toBe(0);
  });

  test('a Worker script other than the one that was built is not started', async () => {
    const path = new URL(shop.scriptUrl('worker')).pathname.slice(1);
    shop.replacedScripts.set(path, 'postMessage({ kind: "shelves-off" })');
    const page = await shop.visit(device, '/');
    expect(await awaitError(page)).toEqual(['digest-mismatch']);
  });
});

test('the engine with a GPU scorer goes on with the CPU where there is no real GPU', async () => {
  const page = await shop.visit(device, '/');
  const settings = { edge: shop.edgeOrigin, shop: SHOP };
  const { manifest, envelope } = await publish({ key: shop.key, sequence: 2, nowMs: Date.now() });
  const opened = { manifest, envelope, modelDigest: await digestOf(utf8(JSON.stringify(manifest))) };
  const messages = [
    { kind: 'start', settings, level: 'memory' },
    { kind: 'page-loaded' },
    { kind: 'question', id: 1, question: { kind: 'use', opened, isStored: false } },
  ];
  const scorer = await page.evaluate(`(async () => {
    const script = await (await fetch('${shop.scriptUrl('worker-webgpu')}')).blob();
    const worker = new Worker(URL.createObjectURL(script));
    return new Promise((done) => {
      worker.onerror = ({ message }) => done(message);
      worker.onmessage = ({ data }) => {
        if (data.kind === 'unanswered') done(data.code);
        if (data.kind === 'answer') done(data.answer.model.scorer);
      };
      for (const message of ${JSON.stringify(messages)}) worker.postMessage(message);
    });
  })()`);
  expect(['simd', 'relaxed-simd']).toContain(scorer);
});
