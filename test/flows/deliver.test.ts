import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Manifest, ManifestFile } from '#protocol/manifest.ts';
import { type Dataset, readDataset } from '#trainer/dataset.ts';
import { leaderShop } from '#trainer/deployment.ts';
import { loadModel } from '#trainer/model-store.ts';
import { currentPublication, publishModel } from '#trainer/publish.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import { openWholeShop, recordRequests, shelfTitles, type WholeShop } from './whole-shop.ts';

/** trainer exports shards + signed manifest → edge → device cache → scorer */

let whole: WholeShop;
let dataset: Dataset;
let trained: TrainedModel;
let device: BrowserContext;
let page: Page;
let requests: Request[];

beforeAll(async () => {
  whole = await openWholeShop();
  dataset = await readDataset(whole.workspace);
  ({ trained } = await loadModel(whole.workspace));
}, 300_000);
afterAll(() => whole?.close());

beforeEach(async () => {
  device = await whole.browser.newContext();
  requests = recordRequests(device);
  page = await device.newPage();
  await page.goto(`${whole.served.shopOrigin}/`);
  await shelfTitles(page, 'for-you');
  const { files } = await published();
  await expect.poll(storedFiles).toEqual(digestsOf(files.filter(isStored))); // a first shelf shows before the rest is there
  return () => device.close();
});

/** Digests of the model files asked for since the last call. */
function fetchedFiles(): string[] {
  const digests = requests.flatMap((request) => /\/files\/([0-9a-f]{64})$/.exec(request.url())?.[1] ?? []);
  requests.length = 0;
  return digests.sort();
}

/** Digests of the model files in the device's cache. */
async function storedFiles(): Promise<string[]> {
  const addresses = await page.evaluate(async () => {
    const stored = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return stored.flat().map(({ url }) => url);
  });
  return addresses.flatMap((url) => /\/([0-9a-f]{64})$/.exec(url)?.[1] ?? []).sort();
}

function digestsOf(files: readonly ManifestFile[]): string[] {
  return files.map(({ digest }) => digest).sort();
}

/** The first shelf is read by the page, from an address of its own. */
function isStored({ kind }: ManifestFile): boolean {
  return kind !== 'first-shelf';
}

async function published(): Promise<Manifest> {
  const { manifest } = (await currentPublication(leaderShop(whole.parties))) as { manifest: Manifest };
  return manifest;
}

/** What a page does when the shopper comes back to it: it looks for a newer model. */
async function comeBack(): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

describe('a device', () => {
  test('downloads every file of the manifest once and none again on the next page', async () => {
    const { files } = await published();
    expect(fetchedFiles()).toEqual(digestsOf(files.filter(isStored)));
    await page.goto(`${whole.served.shopOrigin}/cart`);
    await shelfTitles(page, 'for-you');
    expect(fetchedFiles()).toEqual([]);
  });

  test('picks up a new version without a reload and downloads only the files that changed', async () => {
    const before = await published();
    fetchedFiles();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    // Turned round, so that what was least popular now leads the shelf of what is trending.
    const turned = {
      ...trained.popularity,
      recent: trained.popularity.recent.map((score) => 255 - score),
      longRun: trained.popularity.longRun.map((score) => 255 - score),
    };
    const trending = await shelfTitles(page, 'trending');
    await publishModel({ ...trained, popularity: turned }, dataset, leaderShop(whole.parties));
    const after = await published();
    await comeBack();
    await expect.poll(() => shelfTitles(page, 'trending')).not.toEqual(trending);

    const known = new Set(before.files.map(({ digest }) => digest));
    const changed = after.files.filter(({ digest }) => !known.has(digest));
    expect(changed.map(({ kind }) => kind).sort()).toEqual(['first-shelf', 'popularity']);
    // A page that has a model needs no first shelf.
    expect(fetchedFiles()).toEqual(digestsOf(changed.filter(isStored)));
    expect(errors).toEqual([]);
    await publishModel(trained, dataset, leaderShop(whole.parties));
  });

  test('goes on with the model it has while the edge serves a tampered file of the next one', async () => {
    const before = await shelfTitles(page, 'trending');
    const current = new Set((await published()).files.map(({ digest }) => digest as string));
    // The edge itself refuses such a file, so it is changed on the way.
    await device.route('**/files/*', async (route) => {
      const digest = route.request().url().slice(-64);
      if (current.has(digest)) return route.continue();
      const response = await route.fetch();
      const body = await response.body();
      body[body.length - 5] = (body[body.length - 5] as number) ^ 4;
      await route.fulfill({ response, body });
    });
    const codes = page.evaluate(
      () =>
        new Promise((resolve) =>
          document.addEventListener('vitrine-error', (event) => resolve((event as CustomEvent).detail.code)),
        ),
    );
    const turned = { ...trained.popularity, recent: trained.popularity.recent.map((score) => 200 - (score >> 1)) };
    await publishModel({ ...trained, popularity: turned }, dataset, leaderShop(whole.parties));
    await comeBack();
    expect(await codes).toBe('digest-mismatch');
    await page.reload();
    expect(await shelfTitles(page, 'trending')).toEqual(before);
    await publishModel(trained, dataset, leaderShop(whole.parties));
  });
});

test('without the edge the shop’s own links stay and nothing is thrown', async () => {
  const stranger = await whole.browser.newContext();
  await stranger.route(`${whole.served.leaderOrigin}/**`, (route) => route.abort());
  const alone = await stranger.newPage();
  const errors: string[] = [];
  alone.on('pageerror', (error) => errors.push(error.message));
  await alone.goto(`${whole.served.shopOrigin}/`);
  const links = alone.locator('vitrine-shelf[kind="for-you"] a');
  await expect.poll(() => links.count()).toBeGreaterThan(4);
  await expect(links.first().isVisible()).resolves.toBe(true);
  expect(errors).toEqual([]);
  await stranger.close();
});
