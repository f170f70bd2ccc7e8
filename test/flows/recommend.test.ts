import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { openWholeShop, recordRequests, shelfTitles, type WholeShop } from './whole-shop.ts';

/** page event → history → profile → session encoder → scorer → blend → rules → shelf */

let whole: WholeShop;

beforeAll(async () => {
  whole = await openWholeShop();
}, 300_000);
afterAll(() => whole?.close());

const LANTERNS = ['/item/LAN-01', '/item/LAN-02', '/item/LAN-03'];
const CUSHIONS = ['/item/CUS-01', '/item/CUS-02', '/item/CUS-03'];

async function view(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(`${whole.served.shopOrigin}${path}`);
    await shelfTitles(page, 'similar'); // the view is in the history before a shelf is ranked with it
  }
}

async function home(page: Page): Promise<string[]> {
  await page.goto(`${whole.served.shopOrigin}/`);
  return shelfTitles(page, 'for-you');
}

describe('a shopper who views three lanterns', () => {
  let device: BrowserContext;
  let page: Page;
  let before: string[];
  let after: string[];

  beforeAll(async () => {
    device = await whole.browser.newContext();
    page = await device.newPage();
    before = await home(page);
    await view(page, LANTERNS);
    after = await home(page);
  });
  afterAll(() => device.close());

  test('sees the shelf re-ranked towards what goes with lanterns', async () => {
    const isRelated = (title: string): boolean => /lantern|tea light|candle|lamp|match/i.test(title);
    expect(after).not.toEqual(before);
    expect(after.filter(isRelated).length).toBeGreaterThan(before.filter(isRelated).length);
    const reasons = await page.locator('vitrine-shelf[kind="for-you"] [part~="reason"]').allTextContents();
    expect(reasons.filter((reason) => reason !== 'Popular right now')).not.toEqual([]);
  });

  test('finds the same shelf after a reload and in a second tab', async () => {
    await page.reload();
    expect(await shelfTitles(page, 'for-you')).toEqual(after);
    const second = await device.newPage();
    expect(await home(second)).toEqual(after);
    await second.close();
  });

  test('is back at the first shelf, in the other tab too, after "forget me"', async () => {
    const other = await device.newPage();
    await home(other);
    await page.goto(`${whole.served.shopOrigin}/privacy`);
    const panel = page.locator('vitrine-privacy');
    await expect.poll(() => panel.locator('[part~="event"]').count()).toBe(LANTERNS.length);
    await panel.getByRole('button', { name: 'Forget me' }).click();
    await panel.getByText('Nothing.').waitFor();
    await expect.poll(() => shelfTitles(other, 'for-you')).toEqual(before);
    expect(await home(page)).toEqual(before);
  });
});

/** What a request tells its server: where, how and with what body and headers. */
function told(request: Request): string {
  return [request.method(), request.url(), request.postData() ?? '', JSON.stringify(request.headers())].join('\n');
}

/** What a fresh device asks for while it views some items; `blob:` Workers never reach a network. */
async function visit(paths: readonly string[]): Promise<Request[]> {
  const device = await whole.browser.newContext();
  const requests = recordRequests(device);
  const page = await device.newPage();
  for (const path of ['/', ...paths, '/search?q=lantern', '/']) {
    await page.goto(`${whole.served.shopOrigin}${path}`, { waitUntil: 'networkidle' });
  }
  await shelfTitles(page, 'for-you');
  await device.close();
  return requests.filter((request) => !request.url().startsWith('blob:'));
}

describe('apart from the shop’s own pages and pictures', () => {
  let lanternVisit: Request[];
  let cushionVisit: Request[];

  beforeAll(async () => {
    lanternVisit = await visit(LANTERNS);
    cushionVisit = await visit(CUSHIONS);
  });

  const isOfShop = (request: Request): boolean => new URL(request.url()).origin === whole.served.shopOrigin;

  test('no request goes to anyone but the edge', () => {
    const origins = new Set([...lanternVisit, ...cushionVisit].map((request) => new URL(request.url()).origin));
    expect([...origins].sort()).toEqual([whole.served.shopOrigin, whole.served.leaderOrigin].sort());
  });

  test('no request carries an item id, a title or an event', async () => {
    const { items } = await readDataset(whole.workspace);
    const toEdge = lanternVisit.filter((request) => !isOfShop(request));
    expect(toEdge.length).toBeGreaterThan(5);
    for (const request of toEdge) {
      const message = decodeURIComponent(told(request));
      expect(request.method()).toBe('GET');
      expect(items.filter(({ id, title }) => message.includes(id) || message.includes(title))).toEqual([]);
      expect(message).not.toMatch(/lantern|search|purchase|view/i);
    }
  });

  test('the edge is asked the very same whatever was viewed', () => {
    const asked = (requests: readonly Request[]): string[] =>
      requests
        .filter((request) => !isOfShop(request))
        .map(told)
        .sort();
    expect(asked(cushionVisit)).toEqual(asked(lanternVisit));
  });

  test('the shop is asked only for pages, pictures and its own files, without anything added', () => {
    const isOrdinary = (request: Request): boolean => {
      const { pathname, search } = new URL(request.url());
      return (
        request.method() === 'GET' &&
        /^\/(?:$|item\/|search\?q=lantern$|pictures\/|assets\/|shop-mark\.svg$)/.test(pathname + search)
      );
    };
    const extra = lanternVisit.filter((request) => isOfShop(request) && !isOrdinary(request));
    expect(extra.map((request) => request.url())).toEqual([]);
  });
});
