import { beforeEach, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { Live } from '#protocol/live.ts';
import {
  digestOfKind,
  itemId,
  type Published,
  publish,
  publishLive,
  renameAll,
  shopItem,
  storedOf,
} from './published-shop.ts';
import { TestDevice } from './test-device.ts';

const DAY_MS = 86_400_000;

let device: TestDevice;

/** What the latest page was given to draw before it ranked. */
const firstShelf = () => device.sent.find((news) => news.kind === 'first-shelf')?.cards;
beforeEach(async () => {
  device = await TestDevice.create();
});

describe('a first visit', () => {
  test('shows the first shelf before any larger file has been asked for', async () => {
    const version = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
    device.edge.publish(version);
    await device.openPage().start();
    expect(device.edge.requests.slice(0, 3).toSorted()).toEqual(['first-shelf', 'live', 'manifest']);
    expect(device.edge.filesAsked[0]).toBeDefined();
    expect(device.sent.map(({ kind }) => kind)).toEqual(['first-shelf', 'ready']);
  });

  test.each<[name: string, found: (other: Published) => unknown]>([
    ['is another version’s', (other) => other.files.get(digestOfKind(other, 'first-shelf'))],
    ['is no first shelf', () => utf8('nothing to draw')],
    ['cannot be had', () => undefined],
  ])('asks for the first shelf by its digest where the one found first %s', async (_name, found) => {
    const alter = { alter: renameAll };
    const other = await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, ...alter });
    const version = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
    device.edge.publish(version);
    device.edge.answers.delete('first-shelf');
    const bytes = found(other);
    if (bytes) device.edge.put('first-shelf', bytes);
    await device.openPage().start();
    expect(device.edge.filesAsked[0]).toBe(`files/${digestOfKind(version, 'first-shelf')}`);
    expect(firstShelf()?.[0]?.title).toBe(shopItem(0).title);
    expect(device.failures).toEqual([]);
  });

  test('draws none of what is sold out or hidden now, and the rest at its price of now', async () => {
    device.edge.publish(await publish({ key: device.key, sequence: 2, nowMs: device.nowMs }));
    const facts = {
      stock: { [itemId(1)]: 'out', [itemId(2)]: 'low' },
      priceCents: { [itemId(2)]: 4321 },
      rules: [
        { kind: 'hide', target: { by: 'item', itemId: itemId(3) } },
        { kind: 'bury', target: { by: 'item', itemId: itemId(4) } },
      ],
    } as const;
    device.edge.put('live', await publishLive(device.key, device.nowMs, facts as unknown as Partial<Live>));
    await device.openPage().start();
    const shown = firstShelf()?.map(({ id, priceCents }) => [id, priceCents]);
    expect(shown?.slice(0, 3)).toEqual([
      [itemId(0), shopItem(0).priceCents],
      [itemId(2), 4321],
      [itemId(4), shopItem(4).priceCents],
    ]);
  });

  test('draws nothing before it is ranked where a category is hidden, since cards don’t tell theirs', async () => {
    device.edge.publish(await publish({ key: device.key, sequence: 2, nowMs: device.nowMs }));
    const rules: Live['rules'] = [{ kind: 'hide', target: { by: 'category', path: 'anything' } }];
    device.edge.put('live', await publishLive(device.key, device.nowMs, { rules }));
    await device.openPage().start();
    expect(device.sent.map(({ kind }) => kind)).toEqual(['ready']);
  });

  test('asks for whole files only, each once', async () => {
    const version = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
    device.edge.publish(version);
    await device.openPage().start();
    const asked = device.edge.filesAsked;
    expect(asked.toSorted()).toEqual(storedOf(version).map((digest) => `files/${digest}`));
  });

  test('without an edge says so and has nothing to rank with', async () => {
    device.edge.isReachable = false;
    await device.openPage().start();
    expect(device.failures).toContainEqual({ code: 'edge-unreachable', isUsable: false });
    expect(device.lastVersion).toBeUndefined();
  });
});

describe('a later visit', () => {
  let first: Published;
  beforeEach(async () => {
    first = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
    device.edge.publish(first);
    device.edge.put('live', await publishLive(device.key, device.nowMs));
    await device.openPage().start();
    device.edge.requests.length = 0;
  });

  test('fetches no file that is already stored', async () => {
    await device.openPage().start();
    expect(device.edge.filesAsked).toEqual([]);
    expect(device.lastVersion).toBe('v2-0123abcd');
  });

  test('works from what is stored while the edge is unreachable', async () => {
    device.edge.isReachable = false;
    const page = device.openPage();
    await page.start();
    expect(device.failures).toEqual([]);
    expect(await device.rank(page)).toEqual([0, 1, 2, 3].map(itemId));
  });

  test('falls back once the stored version has expired and the edge is unreachable', async () => {
    device.edge.isReachable = false;
    device.nowMs += DAY_MS;
    await device.openPage().start();
    expect(device.failures).toContainEqual({ code: 'edge-unreachable', isUsable: false });
    expect(device.lastVersion).toBeUndefined();
  });

  test('fetches a stored file again that the disk has damaged', async () => {
    const digest = digestOfKind(first, 'neighbors');
    await device.files.write(digest, utf8('damaged'));
    await device.openPage().start();
    expect(device.edge.requests).toContain(`files/${digest}`);
    expect(device.lastVersion).toBe('v2-0123abcd');
  });

  test('fetches only the files that a new version changed, switches, and drops the old ones', async () => {
    const page = device.openPage();
    await page.start();
    const second = await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 });
    device.edge.publish(second);
    device.edge.requests.length = 0;
    await page.refresh();
    const changed = digestOfKind(second, 'items', 1);
    expect(device.edge.filesAsked).toEqual([`files/${changed}`]);
    expect(device.lastVersion).toBe('v3-0123abcd');
    expect((await device.files.digests()).toSorted()).toEqual(storedOf(second));
  });

  test('sends no word of a manifest that is already in use', async () => {
    const page = device.openPage();
    await page.start();
    const before = device.sent.length;
    await page.refresh();
    expect(device.sent.length).toBe(before);
  });

  test('turns shelves off as soon as the merchant says so, without another download', async () => {
    const page = device.openPage();
    await page.start();
    device.edge.put('live', await publishLive(device.key, device.nowMs, { sequence: 4, shelvesOff: true }));
    await page.refresh();
    expect(device.sent.at(-1)).toEqual({ kind: 'shelves-off' });
  });

  test('turns shelves off before what is stored is ranked with', async () => {
    device.edge.put('live', await publishLive(device.key, device.nowMs, { sequence: 4, shelvesOff: true }));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { files } = device;
    device.files = { ...files, read: (digest) => released.then(() => files.read(digest)) };
    const started = device.openPage().start();
    await expect.poll(() => device.sent.map(({ kind }) => kind)).toContain('shelves-off');
    expect(device.numReady).toBe(0);
    release();
    await started;
    expect(device.sent.at(-1)).toEqual({ kind: 'shelves-off' });
  });

  test('refuses live facts older than those it has seen', async () => {
    const page = device.openPage();
    await page.start();
    device.edge.put('live', await publishLive(device.key, device.nowMs, { sequence: 2, shelvesOff: true }));
    await page.refresh();
    expect(device.failures).toEqual([{ code: 'live-invalid', isUsable: true }]);
  });
});

describe('storage that is denied or full', () => {
  /** Page and engine each find out; shelves pass each code on once. */
  const failuresOnce = () => [...new Map(device.failures.map((failure) => [failure.code, failure])).values()];

  const broken: [name: string, code: string, breakIt: () => void][] = [
    [
      'refusing every write',
      'storage-full',
      () => {
        device.files = {
          ...device.files,
          write: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
        };
        device.meta = {
          ...device.meta,
          set: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
        };
      },
    ],
    [
      'refusing every call',
      'storage-denied',
      () => {
        const deny = async () => Promise.reject(new DOMException('denied', 'SecurityError'));
        device.files = {
          ...device.files,
          read: deny,
          write: deny,
          digests: deny,
          remove: deny,
          keptVersion: deny,
          noteKept: deny,
        };
        device.meta = { get: deny, set: deny, clear: deny };
      },
    ],
  ];

  test.each(broken)('%s, leaves a page with the model in memory, and says only %s', async (_name, code, breakIt) => {
    breakIt();
    device.edge.publish(await publish({ key: device.key, sequence: 2, nowMs: device.nowMs }));
    device.edge.put('live', await publishLive(device.key, device.nowMs));
    const page = device.openPage();
    await page.start();
    expect(failuresOnce()).toEqual([{ code, isUsable: true }]);
    expect(await device.rank(page)).toEqual([0, 1, 2, 3].map(itemId));
  });

  test('leaves what was stored before it became full in use, while a newer version is ranked from memory', async () => {
    const first = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
    device.edge.publish(first);
    await device.openPage().start();
    const { files, meta } = device;
    const full = async () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    device.files = { ...files, write: full };
    device.meta = { ...meta, set: full };
    device.edge.publish(await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 }));
    await device.openPage().start();
    expect(failuresOnce()).toEqual([{ code: 'storage-full', isUsable: true }]);
    expect(device.lastVersion).toBe('v3-0123abcd');
    device.edge.isReachable = false;
    await device.openPage().start();
    expect(device.lastVersion).toBe('v2-0123abcd');
  });
});

test('a look asked for during a look is made after it', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const first = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
  device.edge.publish(first);
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
  device.edge.gate = async (path) => {
    if (!path.endsWith(digestOfKind(first, 'catalog'))) return;
    ask();
    await released;
  };
  const page = device.openPage();
  const started = page.start();
  await isAsked;
  device.edge.publish(await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 }));
  const looks = [page.refresh(), page.refresh()];
  release();
  await Promise.all([started, ...looks]);
  expect(device.lastVersion).toBe('v3-0123abcd');
  expect(device.edge.requests.filter((path) => path === 'manifest')).toHaveLength(2);
});

test('what the merchant switches off during a download is off at once, the first shelf too', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const version = await publish({ key: device.key, sequence: 2, nowMs: device.nowMs });
  device.edge.publish(version);
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
  device.edge.gate = async (path) => {
    if (!path.endsWith(digestOfKind(version, 'catalog'))) return;
    ask();
    await released;
  };
  const page = device.openPage();
  const started = page.start();
  await isAsked;
  expect(device.sent.at(-1)?.kind).toBe('first-shelf');
  device.edge.put('live', await publishLive(device.key, device.nowMs, { sequence: 4, shelvesOff: true }));
  const looked = page.refresh();
  await expect.poll(() => device.sent.at(-1)).toEqual({ kind: 'shelves-off' });
  release();
  await Promise.all([started, looked]);
  expect(device.numReady).toBe(0);
});

test('an answer asked for earlier that comes later undoes nothing that was switched off since', async () => {
  device.edge.publish(await publish({ key: device.key, sequence: 2, nowMs: device.nowMs }));
  const older = utf8(JSON.stringify(await publishLive(device.key, device.nowMs, { sequence: 3 })));
  const off = await publishLive(device.key, device.nowMs, { sequence: 4, shelvesOff: true });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let numAsked = 0;
  device.edge.gate = async (path) => {
    if (path === 'live' && numAsked++ === 0) await released;
  };
  const page = device.openPage();
  const started = page.start();
  await expect.poll(() => numAsked).toBe(1);
  device.edge.put('live', off);
  device.edge.faults.set('live', [utf8(JSON.stringify(off)), older]);
  const looked = page.refresh();
  await expect.poll(() => device.sent.at(-1)).toEqual({ kind: 'shelves-off' });
  release();
  await Promise.all([started, looked]);
  expect(device.numReady).toBe(0);
});

test('a look for a newer version while the stored one is being opened waits for it', async () => {
  device.edge.publish(await publish({ key: device.key, sequence: 2, nowMs: device.nowMs }));
  await device.openPage().start();
  device.edge.publish(await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 }));
  const page = device.openPage();
  await Promise.all([page.start(), page.refresh()]);
  const versions = device.sent.flatMap((message) => (message.kind === 'ready' ? [message.model.version] : []));
  expect(versions).toEqual(['v2-0123abcd', 'v3-0123abcd']);
});
