import { beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import type { ModelCache, OpenedManifest } from '#widget/model-cache.ts';
import { codeOf } from '#widget/widget-error.ts';
import { digestOfKind, type Published, publish } from './published-shop.ts';
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

async function newestOf(cache: ModelCache): Promise<OpenedManifest> {
  const answer = await cache.newest();
  if (answer.kind !== 'opened') throw new Error(`expected a manifest, got ${answer.kind}`);
  return answer.opened;
}

/** What a page does with a version that it can use. */
async function loadAndKeep(cache: ModelCache): Promise<ManifestFile[]> {
  const opened = await newestOf(cache);
  const taken: ManifestFile[] = [];
  await cache.load(opened, (file) => void taken.push(file));
  await cache.keep(opened);
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
  const files = new Map(versions.flatMap((version) => [...version.files]));
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

async function storedDigests(): Promise<Digest[]> {
  return (await device.files.digests()).toSorted();
}

describe('loading a version', () => {
  test('asks for the first shelf alone, then the smallest whole files first, then shards by row', async () => {
    const { manifest } = await publishNext(2, 1);
    let numWaiting = 0;
    const waitingAtStart: number[] = [];
    device.edge.gate = async () => {
      waitingAtStart.push(numWaiting++);
      await new Promise(setImmediate);
      numWaiting--;
    };
    await loadAndKeep(openCache());
    const bytesByDigest = new Map(manifest.files.map((file) => [`files/${file.digest}`, file]));
    const [first, ...rest] = device.edge.filesAsked.map((path) => bytesByDigest.get(path) as ManifestFile);
    expect(first?.kind).toBe('first-shelf');
    const whole = rest.filter(({ kind }) => kind !== 'items');
    expect(rest.slice(0, whole.length)).toEqual(whole.toSorted((a, b) => a.bytes - b.bytes));
    expect(rest.slice(whole.length)).toEqual(manifest.files.filter(({ kind }) => kind === 'items'));
    // The manifest, the first shelf, and then up to six at once.
    expect(waitingAtStart.slice(0, 3)).toEqual([0, 0, 0]);
    expect(Math.max(...waitingAtStart)).toBe(5);
  });

  test('hands over every file once, with the bytes that its digest names, from the edge and from storage', async () => {
    const { manifest } = await publishNext(2, 1);
    for (const source of ['edge', 'storage']) {
      const taken: string[] = [];
      await openCache().load(await newestOf(openCache()), async ({ digest }, bytes) => {
        expect(await digestOf(new Uint8Array(bytes)), source).toBe(digest);
        taken.push(digest);
      });
      expect(taken.toSorted(), source).toEqual(manifest.files.map(({ digest }) => digest).toSorted());
    }
    expect(device.edge.filesAsked).toHaveLength(manifest.files.length);
  });

  test('after a connection that was cut asks only for what is missing, in the same visit', async () => {
    const version = await publishNext(2, 1);
    const cut = `files/${digestOfKind(version, 'neighbors')}`;
    device.edge.faults.set(cut, ['cut-off', 503]);
    await loadAndKeep(openCache());
    expect(device.edge.filesAsked.filter((path) => path === cut)).toHaveLength(3);
    expect(device.edge.filesAsked).toHaveLength(version.files.size + 2);
    expect(await openCache().stored()).toBeDefined();
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
    const opened = await newestOf(openCache());
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
    expect(await loadAndKeep(openCache())).toHaveLength(version.manifest.files.length);
    expect(notStored).toEqual(['storage-full']);
    expect(await storedDigests()).toHaveLength(2);
    expect(await openCache().stored()).toBeUndefined();
    device.files = { ...device.files, write };
    device.edge.requests.length = 0;
    await loadAndKeep(openCache());
    expect(device.edge.filesAsked).toHaveLength(version.files.size - 2);
    expect(await openCache().stored()).toBeDefined();
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
    const before = (await cache.stored()) as OpenedManifest;
    await cache.load(before, () => {});
    await cache.keep(before);
    expect(await device.files.digests()).toContain(changed);
  });

  test('goes, whole version by whole version, once the newer one is stored', async () => {
    const first = await publishNext(2, 1);
    await loadAndKeep(openCache());
    const second = await publishNext(3, 4);
    const cache = openCache();
    const opened = await newestOf(cache);
    await cache.load(opened, () => {});
    expect(await storedDigests()).toEqual([...new Set([...first.files.keys(), ...second.files.keys()])].toSorted());
    await cache.keep(opened);
    expect(await storedDigests()).toEqual([...second.files.keys()].toSorted());
  });

  test('goes before another download where it belongs to a version that never became whole', async () => {
    const first = await publishNext(2, 1);
    await loadAndKeep(openCache());
    const second = await publishNext(3, 4);
    await openCache().load(await newestOf(openCache()), () => {});
    const third = await publishNext(4, 9);
    await openCache().load(await newestOf(openCache()), () => {});
    const stored = await storedDigests();
    expect(stored).not.toContain(digestOfKind(second, 'items', 1));
    expect(stored).toEqual([...new Set([...first.files.keys(), ...third.files.keys()])].toSorted());
  });

  test('by a tab that is ahead is not put back by one that lags behind', async () => {
    await publishNext(2, 1);
    const lagging = openCache();
    const old = await newestOf(lagging);
    await lagging.load(old, () => {});
    const second = await publishNext(3, 4);
    await loadAndKeep(openCache());
    await lagging.keep(old);
    expect((await openCache().stored())?.manifest.version).toBe(second.manifest.version);
    expect(await storedDigests()).toEqual([...second.files.keys()].toSorted());
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
    expect(await storedDigests()).toEqual([...second.files.keys()].toSorted());
    expect(device.edge.filesAsked).toHaveLength(1);
  });

  test('that holds one leaves the one before until the new one is in use, and never holds more', async () => {
    const first = await publishNext(2, 1);
    setQuota(bytesOf(first) + 3);
    await loadAndKeep(openCache());
    const second = await publishNext(3, 4);
    const cache = openCache();
    const opened = await newestOf(cache);
    await cache.load(opened, () => {});
    expect((await openCache().stored())?.manifest.version).toBe(first.manifest.version);
    expect(await storedDigests()).toEqual([...first.files.keys()].toSorted());
    await cache.keep(opened);
    expect(await storedDigests()).toEqual([...second.files.keys()].toSorted());
    expect((await openCache().stored())?.manifest.version).toBe(second.manifest.version);
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
    expect(await loadAndKeep(cache)).toHaveLength(larger.manifest.files.length);
    await loadAndKeep(cache);
    expect(notStored).toEqual(['storage-full']);
    expect((await openCache().stored())?.manifest.version).toBe(first.manifest.version);
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
