import { beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import type { OpenedManifest } from '#widget/manifest-source.ts';
import type { ModelCache } from '#widget/model-cache.ts';
import { codeOf } from '#widget/widget-error.ts';
import { digestOfKind, type Published, publish, storedOf } from './published-shop.ts';
import { TestDevice } from './test-device.ts';

let device: TestDevice;
let notStored: string[];

beforeEach(async () => {
  device = await TestDevice.create();
  notStored = [];
});

function openCache(): ModelCache {
  return device.openCache((error) => notStored.push(codeOf(error)));
}

function openManifests() {
  return device.openManifests((error) => notStored.push(codeOf(error)));
}

async function newest(): Promise<OpenedManifest> {
  const answer = await openManifests().newest();
  if (answer.kind !== 'opened') throw new Error(`expected a manifest, got ${answer.kind}`);
  return answer.opened;
}

/** The version that a later visit would start from. */
async function storedVersion(): Promise<OpenedManifest | undefined> {
  const opened = await openManifests().stored();
  return opened && (await openCache().isStored(opened)) ? opened : undefined;
}

async function keep(cache: ModelCache, opened: OpenedManifest): Promise<void> {
  if (await cache.keep(opened)) await openManifests().keep(opened);
}

/** What a page and its engine do with a version that they can use. */
async function loadAndKeep(cache: ModelCache): Promise<ManifestFile[]> {
  const opened = await newest();
  const taken: ManifestFile[] = [];
  await cache.load(opened, (file) => void taken.push(file));
  await keep(cache, opened);
  return taken;
}

/** Puts up a version that shares all files but one shard with other seeds' versions. */
async function publishNext(sequence: number, lastShardSeed: number): Promise<Published> {
  const version = await publish({ key: device.key, sequence, nowMs: device.nowMs, lastShardSeed });
  device.edge.publish(version);
  device.edge.requests.length = 0;
  return version;
}

function bytesOf(...versions: Published[]): number {
  const files = new Map(versions.flatMap((version) => storedOf(version).map((digest) => [digest, version] as const)));
  return [...files].reduce((sum, [digest, { files }]) => sum + (files.get(digest)?.length ?? 0), 0);
}

async function storedDigests(): Promise<Digest[]> {
  return (await device.files.digests()).toSorted();
}

describe('loading a version', () => {
  test('asks for whole files first, the smallest first, then for shards by row, six at once', async () => {
    const { manifest } = await publishNext(2, 1);
    const opened = await newest();
    device.edge.requests.length = 0;
    let numWaiting = 0;
    const waitingAtStart: number[] = [];
    device.edge.gate = async () => {
      waitingAtStart.push(numWaiting++);
      await new Promise(setImmediate);
      numWaiting--;
    };
    await openCache().load(opened, () => {});
    const byPath = new Map(manifest.files.map((file) => [`files/${file.digest}`, file]));
    const asked = device.edge.filesAsked.map((path) => byPath.get(path) as ManifestFile);
    const numWhole = asked.filter((file) => !('rows' in file)).length;
    const whole = asked.slice(0, numWhole);
    expect(whole.map(({ kind }) => kind).toSorted()).toEqual(['encoder', 'words']);
    expect(whole).toEqual(whole.toSorted((a, b) => a.bytes - b.bytes));
    const firstRows = asked.slice(numWhole).map((file) => ('rows' in file ? file.firstRow : -1));
    expect(firstRows).toEqual([0, 0, 0, 0, 0, 18, 18, 18, 18, 18]);
    expect(Math.max(...waitingAtStart)).toBe(5);
  });

  test('leaves the first shelf to the page', async () => {
    const version = await publishNext(2, 1);
    const taken = await loadAndKeep(openCache());
    expect(taken.map(({ digest }) => digest).toSorted()).toEqual(storedOf(version));
    expect(await storedDigests()).toEqual(storedOf(version));
    expect(device.edge.filesAsked).not.toContain(`files/${digestOfKind(version, 'first-shelf')}`);
  });

  test('asks for nothing before it may begin', async () => {
    const version = await publishNext(2, 1);
    const missing = digestOfKind(version, 'groups');
    await loadAndKeep(openCache());
    await device.files.remove(missing);
    device.edge.requests.length = 0;
    const { promise: mayBegin, resolve: begin } = Promise.withResolvers<void>();
    const opened = await newest();
    const loaded = openCache().load(opened, () => {}, mayBegin);
    // Long enough for a load that does not wait to have asked.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(device.edge.filesAsked).toEqual([]);
    begin();
    await loaded;
    expect(device.edge.filesAsked).toEqual([`files/${missing}`]);
  });

  test('does not wait where all of it is stored', async () => {
    await publishNext(2, 1);
    const taken = await loadAndKeep(openCache());
    const again: ManifestFile[] = [];
    await openCache().load(await newest(), (file) => void again.push(file), new Promise(() => {}));
    expect(again).toHaveLength(taken.length);
  });

  test('hands over every file once, with the bytes that its digest names, from the edge and from storage', async () => {
    const version = await publishNext(2, 1);
    for (const source of ['edge', 'storage']) {
      const taken: string[] = [];
      await openCache().load(await newest(), async ({ digest }, bytes) => {
        expect(await digestOf(new Uint8Array(bytes)), source).toBe(digest);
        taken.push(digest);
      });
      expect(taken.toSorted(), source).toEqual(storedOf(version));
    }
    expect(device.edge.filesAsked).toHaveLength(storedOf(version).length);
  });

  test('after a connection that was cut asks only for what is missing, in the same visit', async () => {
    const version = await publishNext(2, 1);
    const cut = `files/${digestOfKind(version, 'neighbors')}`;
    device.edge.faults.set(cut, ['cut-off', 503]);
    await loadAndKeep(openCache());
    expect(device.edge.filesAsked.filter((path) => path === cut)).toHaveLength(3);
    expect(device.edge.filesAsked).toHaveLength(storedOf(version).length + 2);
    expect(await storedVersion()).toBeDefined();
  });

  test('after an edge that stayed away asks only for what is missing, in the next visit', async () => {
    const version = await publishNext(2, 1);
    const missing = `files/${digestOfKind(version, 'neighbors')}`;
    device.edge.answers.set(missing, 503);
    await expect(loadAndKeep(openCache())).rejects.toMatchObject({ code: 'edge-refused' });
    device.edge.publish(version);
    device.edge.requests.length = 0;
    await loadAndKeep(openCache());
    expect(device.edge.filesAsked).toEqual([missing]);
  });

  test('ends with what the taker threw', async () => {
    await publishNext(2, 1);
    const opened = await newest();
    const refuse = ({ kind }: ManifestFile) => {
      if (kind === 'words') throw new RangeError('expected other words');
    };
    await expect(openCache().load(opened, refuse)).rejects.toThrow('expected other words');
  });

  test('stops writing where storage is full, keeps what it has written, and says so once', async () => {
    const version = await publishNext(2, 1);
    const { write } = device.files;
    let numTried = 0;
    device.files = {
      ...device.files,
      async write(digest, bytes) {
        if (++numTried > 2) throw new DOMException('full', 'QuotaExceededError');
        await write(digest, bytes);
      },
    };
    expect(await loadAndKeep(openCache())).toHaveLength(storedOf(version).length);
    expect(notStored).toEqual(['storage-full']);
    expect(await storedDigests()).toHaveLength(2);
    expect(await storedVersion()).toBeUndefined();
    device.files = { ...device.files, write };
    device.edge.requests.length = 0;
    await loadAndKeep(openCache());
    expect(device.edge.filesAsked).toHaveLength(storedOf(version).length - 2);
    expect(await storedVersion()).toBeDefined();
  });
});

describe('what is kept', () => {
  test('of a version that is not yet whole stays while the one before is in use', async () => {
    await publishNext(2, 1);
    await loadAndKeep(openCache());
    const next = await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 });
    const changed = digestOfKind(next, 'items', 1);
    await device.files.write(changed, next.files.get(changed) as never);
    const cache = openCache();
    const before = (await storedVersion()) as OpenedManifest;
    await cache.load(before, () => {});
    await keep(cache, before);
    expect(await device.files.digests()).toContain(changed);
  });

  test('goes, whole version by whole version, once the newer one is stored', async () => {
    const first = await publishNext(2, 1);
    await loadAndKeep(openCache());
    const second = await publishNext(3, 4);
    const cache = openCache();
    const opened = await newest();
    await cache.load(opened, () => {});
    expect(await storedDigests()).toEqual([...new Set([...storedOf(first), ...storedOf(second)])].toSorted());
    await keep(cache, opened);
    expect(await storedDigests()).toEqual(storedOf(second));
  });

  test('goes before another download where it belongs to a version that never became whole', async () => {
    const first = await publishNext(2, 1);
    await loadAndKeep(openCache());
    const second = await publishNext(3, 4);
    await openCache().load(await newest(), () => {});
    const third = await publishNext(4, 9);
    await openCache().load(await newest(), () => {});
    const stored = await storedDigests();
    expect(stored).not.toContain(digestOfKind(second, 'items', 1));
    expect(stored).toEqual([...new Set([...storedOf(first), ...storedOf(third)])].toSorted());
  });

  test('by a tab that is ahead is not put back by one that lags behind', async () => {
    await publishNext(2, 1);
    const lagging = openCache();
    const old = await newest();
    await lagging.load(old, () => {});
    const second = await publishNext(3, 4);
    await loadAndKeep(openCache());
    await keep(lagging, old);
    expect((await storedVersion())?.manifest.version).toBe(second.manifest.version);
    expect(await storedDigests()).toEqual(storedOf(second));
  });
});

describe('the merchant’s quota', () => {
  function setQuota(quotaBytes: number): void {
    device.files = { ...device.files, quotaBytes };
  }

  test('that holds two versions changes nothing', async () => {
    const first = await publishNext(2, 1);
    const second = await publish({ key: device.key, sequence: 3, nowMs: device.nowMs, lastShardSeed: 4 });
    setQuota(bytesOf(first, second));
    await loadAndKeep(openCache());
    await publishNext(3, 4);
    await loadAndKeep(openCache());
    expect(await storedDigests()).toEqual(storedOf(second));
    expect(device.edge.filesAsked).toHaveLength(1);
  });

  test('that holds one leaves the one before until the new one is in use, and never holds more', async () => {
    const first = await publishNext(2, 1);
    setQuota(bytesOf(first) + 3);
    await loadAndKeep(openCache());
    const second = await publishNext(3, 4);
    const cache = openCache();
    const opened = await newest();
    await cache.load(opened, () => {});
    expect((await storedVersion())?.manifest.version).toBe(first.manifest.version);
    expect(await storedDigests()).toEqual(storedOf(first));
    await keep(cache, opened);
    expect(await storedDigests()).toEqual(storedOf(second));
    expect((await storedVersion())?.manifest.version).toBe(second.manifest.version);
    expect(notStored).toEqual([]);
  });

  test('below a version’s size leaves it in memory, the one before where it is, and says so once', async () => {
    const first = await publishNext(2, 1);
    setQuota(bytesOf(first));
    await loadAndKeep(openCache());
    const larger = await publish({
      key: device.key,
      sequence: 3,
      nowMs: device.nowMs,
      alter: (items) => items.map((item) => ({ ...item, title: `${item.title} ${Math.sin(item.priceCents)}` })),
    });
    device.edge.publish(larger);
    const cache = openCache();
    expect(await loadAndKeep(cache)).toHaveLength(storedOf(larger).length);
    await loadAndKeep(cache);
    expect(notStored).toEqual(['storage-full']);
    expect((await storedVersion())?.manifest.version).toBe(first.manifest.version);
  });

  test('lowered below what is stored drops it', async () => {
    const first = await publishNext(2, 1);
    await loadAndKeep(openCache());
    setQuota(bytesOf(first) - 1);
    await loadAndKeep(openCache());
    expect(await storedDigests()).toEqual([]);
    expect(notStored).toEqual(['storage-full']);
  });
});
