import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleForPage, launchBrowser, type PageServer, serve } from './browser.ts';
import { HISTORY_CLAIMS } from './history-contract.ts';

let browser: Browser;
let server: PageServer;
let page: Page;

beforeAll(async () => {
  const script = await bundleForPage(fileURLToPath(new URL('history-page.ts', import.meta.url)));
  server = await serve((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
  });
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(server.origin);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('a history in IndexedDB', () => {
  test.each(HISTORY_CLAIMS)('$name', async ({ name }) => {
    expect(await page.evaluate(`checkClaim(${JSON.stringify(name)})`)).toBeUndefined();
  });

  test('passes over records that this release cannot read, and fields that it does not know', async () => {
    const search = { kind: 'search', query: 'mug', atMs: 1_900_000_000_000 };
    expect(await page.evaluate('readForeignRecords()')).toEqual([search, search]);
  });
});
