import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { itemId, shopItem } from './published-shop.ts';

/** What tests ask of a page of the test shop. */

/** Titles on a shelf, once it holds ranked cards. */
export async function cardsOf(page: Page, shelf = '#for-you'): Promise<string[]> {
  await page.locator(`${shelf} [part='title']`).first().waitFor();
  return page.locator(`${shelf} [part='title']`).allTextContents();
}

export interface Seen {
  /** Sum of layout shifts. */
  readonly shift: number;
  /** Codes of `vitrine-error`. */
  readonly errors: string[];
  readonly participations: string[];
}

export function seenOn(page: Page): Promise<Seen> {
  return page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(seen))))');
}

/** Waits until the page has named this code. */
export async function awaitCode(page: Page, code: string): Promise<void> {
  await expect.poll(async () => (await seenOn(page)).errors).toContain(code);
}

/**
 * What stands in red in the page's console, and errors that nobody caught, for as long as the page lives.
 *
 * Left out is the one line that a browser writes by itself for each request that fails or comes back with an
 * error status: no script can keep it from doing so.
 */
export function noisesOf(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => {
    if (!message.text().startsWith('Failed to load resource: ')) lines.push(message.text());
  });
  page.on('pageerror', (error) => lines.push(String(error)));
  return lines;
}

/** The page looks at the edge again, as when a shopper comes back to its tab. */
export async function lookAgain(page: Page): Promise<void> {
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
}

/** What the shop's origin has on the device. */
export interface Stored {
  readonly events: unknown[];
  readonly meta: unknown[];
  /** Digests of files in Cache Storage, sorted; the note of the version stored whole is left out. */
  readonly files: string[];
  /** Names in local storage: that of the last shelf. */
  readonly shelves: string[];
}

export function storedOn(page: Page): Promise<Stored> {
  return page.evaluate(`(async () => {
    const database = await new Promise((done) => {
      indexedDB.open('vitrine-corner-shop').onsuccess = ({ target }) => done(target.result);
    });
    const found = { events: [], meta: [], files: [], shelves: Object.keys(localStorage) };
    const transaction = database.transaction(['events', 'meta']);
    for (const name of ['events', 'meta']) {
      transaction.objectStore(name).getAll().onsuccess = ({ target }) => { found[name] = target.result; };
    }
    await new Promise((done) => { transaction.oncomplete = done; });
    database.close();
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) found.files.push(url.slice(url.lastIndexOf('/') + 1));
    }
    found.files = found.files.filter((name) => name !== 'kept').sort();
    return found;
  })()`);
}

/** Waits until a shelf's first card is this one. */
export async function awaitFirst(page: Page, row: number, shelf = '#for-you'): Promise<void> {
  await page.locator(`${shelf} [part='item']:first-child [part='title']`, { hasText: shopItem(row).title }).waitFor();
}

/** Names of databases and caches, and in local storage. */
export function storedNames(page: Page): Promise<string[]> {
  return page.evaluate(
    'Promise.all([indexedDB.databases(), caches.keys()]).then(([databases, names]) => [...databases.map(({ name }) => name), ...names, ...Object.keys(localStorage)])',
  );
}

/** A page that works on without the device's storage, and says why once. */
export async function expectShelfWithoutStorage(page: Page, code: string): Promise<void> {
  expect((await cardsOf(page, '#similar'))[0]).toBe(shopItem(21).title);
  await awaitCode(page, code);
  // What this page has seen still counts on it.
  await page.evaluate(`vitrine.track({ kind: 'view', itemId: '${itemId(8)}' })`);
  expect((await seenOn(page)).errors).toEqual([code]);
}

/** Waits until the model is stored whole, so that a later visit can start from it. */
export async function awaitKept(page: Page): Promise<void> {
  await expect.poll(async () => (await storedOn(page)).meta.some((value) => isEnvelope(value))).toBe(true);
}

function isEnvelope(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes('vnd.vitrine.manifest');
}
