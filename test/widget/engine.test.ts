import { beforeEach, describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Scorer } from '#model/scorer.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import type { RankRequest } from '#widget/rank-shelf.ts';
import {
  digestOfKind,
  itemId,
  NUM_ITEMS,
  type Published,
  publish,
  publishLive,
  SHARD_ROWS,
  SHOP,
  storedOf,
} from './published-shop.ts';
import { TestDevice, type TestPage } from './test-device.ts';

let device: TestDevice;
let version: Published;
beforeEach(async () => {
  device = await TestDevice.create();
  version = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
  device.edge.publish(version);
});

const pathOf = ({ digest }: ManifestFile) => `files/${digest}`;

/** Has the edge hold files back until they are let go. */
function holdBack(isHeld: (file: ManifestFile) => boolean): () => void {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const held = new Set(version.manifest.files.filter(isHeld).map(pathOf));
  device.edge.gate = async (path) => {
    if (held.has(path)) await released;
  };
  return release;
}

const isOfLastShards = (file: ManifestFile) => 'rows' in file && file.firstRow > 0;

async function idsOf({ client }: TestPage, request: Partial<RankRequest> = {}): Promise<readonly ItemId[]> {
  const all = { query: { kind: 'for-you', count: NUM_ITEMS }, pageItemId: undefined, events: [], ...request } as const;
  return (await client.ask({ kind: 'rank', request: all })).cards.map(({ id }) => id);
}

const viewed = (row: number) => ({ kind: 'view', itemId: itemId(row), atMs: device.nowMs - 60_000 }) as const;

const LIVE: Live = {
  format: 1,
  shop: SHOP,
  sequence: 5,
  issuedAtMs: 1_900_000_000_000,
  expiresAtMs: 1_900_003_600_000,
  shelvesOff: false,
  stock: { [itemId(0)]: 'out', [itemId(25)]: 'out' },
  priceCents: {},
  revokedKeys: [],
  rules: [{ kind: 'pin', target: { by: 'item', itemId: itemId(22) }, rank: 1 }],
};

describe('a first visit to a catalog too large to wait for', () => {
  let release: () => void;
  beforeEach(() => {
    device.maxAwaitedItems = 5;
    release = holdBack(isOfLastShards);
  });

  /** Opens a page that has the first shards and waits for the last. */
  async function openPartly(): Promise<{ readonly page: TestPage; readonly started: Promise<void> }> {
    const page = device.openPage();
    const started = page.start();
    await expect.poll(() => device.numReady).toBe(1);
    return { page, started };
  }

  test('is ranked when the first rows are there, and again when all are', async () => {
    const { page, started } = await openPartly();
    expect(await idsOf(page)).toHaveLength(SHARD_ROWS);
    expect(device.numReady).toBe(1);
    release();
    await started;
    expect(device.numReady).toBe(2);
    expect(await idsOf(page)).toHaveLength(NUM_ITEMS);
    expect(device.failures).toEqual([]);
  });

  test('shows no row that is not there, whatever history and rules ask for', async () => {
    const { page, started } = await openPartly();
    await page.client.ask({ kind: 'set-live', live: LIVE });
    // The last row that is there was bought with the first that is not.
    const events = [viewed(25), viewed(SHARD_ROWS - 1), { kind: 'search', query: 'lamp', atMs: device.nowMs } as const];
    const there = Array.from({ length: SHARD_ROWS }, (_, row) => itemId(row));
    for (const kind of ['for-you', 'similar', 'trending'] as const) {
      const ids = await idsOf(page, {
        query: { kind, count: NUM_ITEMS, itemId: undefined },
        events,
        pageItemId: itemId(SHARD_ROWS - 1),
      });
      expect(ids.length, kind).toBeGreaterThan(10);
      expect(there, kind).toEqual(expect.arrayContaining([...ids]));
    }
    const { titles } = await page.client.ask({ kind: 'describe', itemIds: [itemId(25), itemId(3)] });
    expect([...titles.keys()]).toEqual([itemId(3)]);
    expect(
      await idsOf(page, { query: { kind: 'similar', count: 4, itemId: undefined }, pageItemId: itemId(25) }),
    ).toEqual([]);
    release();
    await started;
  });

  test('ends with the lists of a device that waited', async () => {
    const { page, started } = await openPartly();
    await idsOf(page, { events: [viewed(4)] });
    release();
    await started;
    device.maxAwaitedItems = NUM_ITEMS;
    const patient = device.openPage();
    await patient.start();
    expect(device.numReady).toBe(1);
    const requests: Partial<RankRequest>[] = [
      {},
      { events: [viewed(17), viewed(25)] },
      { events: [viewed(9), { kind: 'search', query: 'chair', atMs: device.nowMs }] },
      { query: { kind: 'similar', count: 9, itemId: undefined }, pageItemId: itemId(18) },
    ];
    for (const request of requests) expect(await idsOf(page, request)).toEqual(await idsOf(patient, request));
  });

  test('keeps live facts that came in between', async () => {
    const { page, started } = await openPartly();
    await page.client.ask({ kind: 'set-live', live: LIVE });
    expect(await idsOf(page)).not.toContain(itemId(0));
    release();
    await started;
    const ids = await idsOf(page);
    expect(ids).toHaveLength(NUM_ITEMS - 2);
    expect(ids).not.toContain(itemId(0));
    expect(ids).not.toContain(itemId(25));
    expect(ids[1]).toBe(itemId(22));
  });

  test('stays usable after a failure in the middle, and the next look asks for what is missing alone', async () => {
    release();
    const missing = `files/${digestOfKind(version, 'catalog', 1)}`;
    device.edge.answers.set(missing, 404);
    const page = device.openPage();
    await page.start();
    expect(device.failures).toEqual([{ code: 'edge-refused', isUsable: true }]);
    expect(await idsOf(page)).toHaveLength(SHARD_ROWS);
    device.edge.publish(version);
    device.edge.requests.length = 0;
    await page.refresh();
    expect(device.edge.filesAsked).toEqual([missing]);
    expect(await idsOf(page)).toHaveLength(NUM_ITEMS);
    expect(device.failures).toHaveLength(1);
  });

  test('tells a scorer of every row that it may have read too early', async () => {
    const { promise: made, resolve: make } = Promise.withResolvers<void>();
    const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
    const told = new Set<number>();
    device.createScorer = async (items) => {
      ask();
      await made;
      const scorer = createJsScorer(items);
      const refresh: Scorer['refresh'] = (changed) => {
        if (changed === 'lifts') return;
        for (let row = 0; row < changed.numRows; row++) told.add(changed.firstRow + row);
      };
      return { ...scorer, refresh };
    };
    const started = device.openPage().start();
    await isAsked;
    release();
    // All is there before the scorer is.
    await expect.poll(async () => (await device.files.digests()).length).toBe(version.files.size - 1);
    make();
    await started;
    const lastRows = Array.from({ length: NUM_ITEMS - SHARD_ROWS }, (_, at) => SHARD_ROWS + at);
    expect([...told]).toEqual(expect.arrayContaining(lastRows));
  });
});

test('a catalog small enough to wait for is ranked once, when all of it is there', async () => {
  device.maxAwaitedItems = NUM_ITEMS;
  const release = holdBack(({ kind }) => kind === 'groups');
  const page = device.openPage();
  const started = page.start();
  await expect.poll(async () => (await device.files.digests()).length).toBe(version.files.size - 3);
  expect(device.numReady).toBe(0);
  await expect(idsOf(page)).rejects.toMatchObject({ code: 'engine-stopped' });
  release();
  await started;
  expect(device.numReady).toBe(1);
});

describe('until the page has loaded what it needs itself', () => {
  let load: () => void;
  beforeEach(() => {
    ({ promise: device.pageLoaded, resolve: load } = Promise.withResolvers<void>());
  });

  test('nothing of a model but its first shelf is asked for', async () => {
    device.edge.put('live', await publishLive(device.key, device.nowMs));
    const started = device.openPage().start();
    await expect.poll(() => device.sent.map(({ kind }) => kind)).toEqual(['first-shelf']);
    expect(device.edge.filesAsked).toEqual([]);
    load();
    await started;
    expect(device.edge.filesAsked).toHaveLength(storedOf(version).length);
    expect(device.lastVersion).toBe('v2-0123abcd');
  });

  test('a stored model is ranked with all the same', async () => {
    const waiting = device.pageLoaded;
    device.pageLoaded = Promise.resolve();
    await device.openPage().start();
    device.pageLoaded = waiting;
    const page = device.openPage();
    await page.start();
    expect(await device.rank(page)).toEqual([0, 1, 2, 3].map(itemId));
  });
});

test('a shelf that is being filled when another version comes is filled from its own', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: isSearching, resolve: search } = Promise.withResolvers<void>();
  const disposed: string[] = [];
  let numMade = 0;
  device.createScorer = async (items) => {
    const scorer = createJsScorer(items);
    if (++numMade > 1) return { ...scorer, dispose: () => void disposed.push('second') };
    return {
      ...scorer,
      async top(asked) {
        search();
        await released;
        return scorer.top(asked);
      },
      dispose: () => void disposed.push('first'),
    };
  };
  const page = device.openPage();
  await page.start();
  const filling = idsOf(page);
  await isSearching;
  device.edge.publish(await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 }));
  const looked = page.refresh();
  await expect.poll(() => device.lastVersion).toBe('v3-0123abcd');
  expect(disposed).toEqual([]);
  release();
  expect(await filling).toHaveLength(NUM_ITEMS);
  await looked;
  expect(disposed).toEqual(['first']);
});
