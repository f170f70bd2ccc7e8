import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { digestOfKind, type Published, publish, storedOf } from './published-shop.ts';
import { awaitCode, awaitFirst, cardsOf, lookAgain, seenOn, storedOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
  // What tabs share they share without the help of the browser's HTTP cache.
  shop.fileCacheControl = 'no-store';
});

/** Has the edge hold back one path until it is let go. */
function holdBack(path: string): { readonly isAsked: Promise<void>; readonly release: () => void } {
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  shop.edge.gate = async (asked) => {
    if (asked !== path) return;
    ask();
    await released;
  };
  return { isAsked, release };
}

async function openTabs(count: number): Promise<Page[]> {
  return Promise.all(Array.from({ length: count }, () => shop.visit(device, '/p/20')));
}

describe('tabs of one device', () => {
  test('four at once make one download of each file; each draws the first shelf on its own', async () => {
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), lastShardSeed: 4 });
    shop.edge.publish(version);
    const tabs = await openTabs(4);
    for (const tab of tabs) await awaitFirst(tab, 21, '#similar');
    expect(shop.edge.filesAsked.toSorted()).toEqual(storedOf(version).map((digest) => `files/${digest}`));
    for (const tab of tabs) expect((await seenOn(tab)).errors).toEqual([]);
  });

  test('the one that downloads is closed: another goes on with the file that it had not got', async () => {
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), lastShardSeed: 4 });
    shop.edge.publish(version);
    const held = `files/${digestOfKind(version, 'catalog')}`;
    const { isAsked, release } = holdBack(held);
    const first = await shop.visit(device, '/p/20');
    await isAsked;
    const second = await shop.visit(device, '/p/20');
    await expect
      .poll(async () => (await locksOf(second)).pending)
      .toContainEqual(expect.stringContaining(digestOfKind(version, 'catalog')));
    await first.close();
    // Still held back: let go any earlier, the closed tab's own answer could arrive before its Worker has ended.
    await expect.poll(() => shop.edge.filesAsked.filter((path) => path === held)).toHaveLength(2);
    release();
    await awaitFirst(second, 21, '#similar');
    expect(shop.edge.filesAsked).toHaveLength(storedOf(version).length + 1);
  });

  test('a first shelf is drawn while another tab waits for the rest', async () => {
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now() });
    shop.edge.publish(version);
    const { isAsked, release } = holdBack(`files/${digestOfKind(version, 'catalog')}`);
    await shop.visit(device, '/p/20');
    await isAsked;
    const second = await shop.visit(device, '/p/20');
    await awaitFirst(second, 0);
    release();
    await awaitFirst(second, 21, '#similar');
  });

  test('at level "memory" none takes a lock', async () => {
    shop.consent = 'memory';
    const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now() });
    shop.edge.publish(version);
    const { isAsked, release } = holdBack(`files/${digestOfKind(version, 'catalog')}`);
    const page = await shop.visit(device, '/p/20');
    await isAsked;
    expect(await locksOf(page)).toEqual({ held: [], pending: [] });
    release();
    await awaitFirst(page, 21, '#similar');
  });
});

/** Names of the locks of the shop's origin that somebody holds, and of those that somebody waits for. */
function locksOf(page: Page): Promise<{ readonly held: string[]; readonly pending: string[] }> {
  return page.evaluate(`navigator.locks.query().then(({ held, pending }) => ({
    held: held.map(({ name }) => name),
    pending: pending.map(({ name }) => name),
  }))`);
}

describe('a version that is published during the download of another', () => {
  const NOW_MS = Date.now();

  const versionOf = (sequence: number, firstShardSeed: number, lastShardSeed: number): Promise<Published> =>
    publish({ key: shop.key, sequence, nowMs: NOW_MS, firstShardSeed, lastShardSeed });

  /** What one version alone puts on the shelf of similar items. */
  async function shelfOf(version: Published): Promise<string[]> {
    shop.edge.publish(version);
    const stranger = await shop.newDevice();
    const page = await shop.visit(stranger, '/p/20');
    await awaitFirst(page, 21, '#similar');
    const titles = await cardsOf(page, '#similar');
    await stranger.close();
    return titles;
  }

  /** Notes every list of cards that the shelf of similar items shows from now on. */
  async function watchShelf(page: Page): Promise<void> {
    // Not `waitForFunction`: asked again, it would evaluate its string in the page, which the page's policy forbids.
    await expect.poll(() => page.evaluate("document.querySelector('#similar').shadowRoot !== null")).toBe(true);
    await page.evaluate(`{
      globalThis.lists = new Set();
      const { shadowRoot } = document.querySelector('#similar');
      const note = () => {
        const titles = [...shadowRoot.querySelectorAll("[part='title']")].map(({ textContent }) => textContent);
        if (titles.length > 0) lists.add(JSON.stringify(titles));
      };
      new MutationObserver(note).observe(shadowRoot, { childList: true, subtree: true, characterData: true });
      note();
    }`);
  }

  function listsOn(page: Page): Promise<string[][]> {
    return page.evaluate('[...lists].map((list) => JSON.parse(list))');
  }

  test('is scored with its own shards only, and so is the other', async () => {
    const second = await versionOf(2, 3, 4);
    const third = await versionOf(3, 5, 6);
    const mixture = await shelfOf(await versionOf(1, 3, 6));
    const shelfOfSecond = await shelfOf(second);
    const shelfOfThird = await shelfOf(third);
    // Or a mixture would go unnoticed.
    expect(new Set([mixture, shelfOfSecond, shelfOfThird].map(String)).size).toBe(3);

    shop.edge.publish(second);
    const held = holdBack(`files/${digestOfKind(second, 'items', 1)}`);
    const early = await shop.visit(device, '/p/20');
    await watchShelf(early);
    await held.isAsked;
    shop.edge.publish(third);
    const late = await shop.visit(device, '/p/20');
    await watchShelf(late);
    await expect.poll(() => cardsOf(late, '#similar')).toEqual(shelfOfThird);
    held.release();
    await expect.poll(() => cardsOf(early, '#similar')).toEqual(shelfOfSecond);
    await lookAgain(early);
    await expect.poll(() => cardsOf(early, '#similar')).toEqual(shelfOfThird);
    expect(await listsOn(early)).toEqual([shelfOfSecond, shelfOfThird]);
    expect(await listsOn(late)).toEqual([shelfOfThird]);

    // An edge that lags behind puts nobody back.
    shop.edge.publish(second);
    await lookAgain(early);
    await awaitCode(early, 'manifest-older-than-seen');
    expect(await cardsOf(early, '#similar')).toEqual(shelfOfThird);
    await late.reload();
    await expect.poll(() => cardsOf(late, '#similar')).toEqual(shelfOfThird);
  });

  test('leaves a tab on the version that it has, and its files go once the other has all of its own', async () => {
    const second = await versionOf(2, 3, 4);
    const third = await versionOf(3, 5, 6);
    const shelfOfSecond = await shelfOf(second);
    const early = await shop.visit(device, '/p/20');
    await expect.poll(() => cardsOf(early, '#similar')).toEqual(shelfOfSecond);
    shop.edge.publish(third);
    await shop.visit(device, '/');
    await expect.poll(async () => (await storedOn(early)).files).toEqual(storedOf(third));
    // Ranked anew from what this tab holds.
    await early.evaluate("vitrine.track({ kind: 'search', query: 'lamp' })");
    await early.locator('#similar').getByText('Often bought with').first().waitFor();
    expect((await seenOn(early)).errors).toEqual([]);
  });
});
