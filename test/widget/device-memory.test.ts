import { beforeEach, describe, expect, test } from 'vitest';
import type { ItemId, KeyFingerprint } from '#protocol/ids.ts';
import type { ConsentLevel } from '#widget/consent.ts';
import { type DeviceMemory, openDeviceMemory } from '#widget/device-memory.ts';
import type { DeviceStore } from '#widget/device-store.ts';

const NOW_MS = 1_900_000_000_000;
const EVENT = { kind: 'view', itemId: 'mug-4' as ItemId, atMs: NOW_MS } as const;

/** A database that opens, answers every read with nothing and refuses every write. */
function brokenStore(written: string[]): DeviceStore {
  const get = () => {
    const request: Partial<IDBRequest> = { result: undefined };
    queueMicrotask(() => request.onsuccess?.call(request as IDBRequest, new Event('success')));
    return request;
  };
  return {
    facts: new Map(),
    async transaction(_name: string, mode?: IDBTransactionMode) {
      if (mode !== 'readwrite') return { objectStore: () => ({ get }) };
      written.push('transaction');
      throw new DOMException('broken disk', 'UnknownError');
    },
  } as unknown as DeviceStore;
}

/** A database of small facts, without a history. */
function factStore(facts: Map<string, unknown>): DeviceStore {
  const answer = (result: unknown) => {
    const request: Partial<IDBRequest> = { result };
    queueMicrotask(() => request.onsuccess?.call(request as IDBRequest, new Event('success')));
    return request;
  };
  const meta = {
    get: (key: string) => answer(facts.get(key)),
    getAllKeys: () => answer([...facts.keys()]),
    put: (value: unknown, key: string) => void facts.set(key, value),
    delete: (key: string) => void facts.delete(key),
  };
  const events = { clear() {} };
  return {
    facts: new Map(),
    async transaction() {
      const transaction = {
        objectStore: (name: string) => (name === 'meta' ? meta : events),
        commit() {},
        oncomplete: () => {},
      };
      setImmediate(() => transaction.oncomplete());
      return transaction;
    },
  } as unknown as DeviceStore;
}

const SEEN = { 'manifest-sequence': 9, 'live-sequence': 7, live: 'signed facts' } as const;

test('what was seen of manifest and live facts outlives a withdrawal in the page’s memory, and leaves the device', async () => {
  const facts = new Map<string, unknown>([...Object.entries(SEEN), ['participation', 'a record']]);
  const memory = await openDeviceMemory({
    level: 'persistent',
    openStore: async () => factStore(facts),
    storeShelf: () => {},
    now: () => NOW_MS,
  });
  await memory.setLevel('memory');
  expect([...facts.keys()]).toEqual(['participation']);
  for (const [key, value] of Object.entries(SEEN)) expect(await memory.meta.get(key as keyof typeof SEEN)).toBe(value);
});

test('what a page has seen of manifest and live facts is stored once that is allowed, unless the device has seen more', async () => {
  const facts = new Map<string, unknown>([['manifest-sequence', 12]]);
  const memory = await openDeviceMemory({
    level: 'memory',
    openStore: async () => factStore(facts),
    storeShelf: () => {},
    now: () => NOW_MS,
  });
  for (const [key, value] of Object.entries(SEEN)) await memory.meta.set(key as keyof typeof SEEN, value);
  await memory.setLevel('persistent');
  expect(memory.isStored).toBe(true);
  expect(Object.fromEntries(facts)).toEqual({ ...SEEN, 'manifest-sequence': 12 });
});

test('a database that is denied leaves the page its own memory, and says so', async () => {
  const memory = await openDeviceMemory({
    level: 'persistent',
    openStore: async () => undefined,
    storeShelf: () => {},
    now: () => NOW_MS,
  });
  expect([memory.level, memory.isStored]).toEqual(['persistent', false]);
  await memory.history.append(EVENT);
  expect((await memory.history.last(5)).map(({ event }) => event)).toEqual([EVENT]);
});

test('after a withdrawal nothing is written any more, even where the storage could not be emptied', async () => {
  const written: string[] = [];
  const memory = await openDeviceMemory({
    level: 'persistent',
    openStore: async () => brokenStore(written),
    storeShelf: () => {},
    now: () => NOW_MS,
  });
  await expect(memory.setLevel('memory')).rejects.toThrow('broken disk');
  expect([memory.level, memory.isStored]).toEqual(['memory', false]);
  written.length = 0;
  await memory.history.append(EVENT);
  await memory.setPaused(true);
  expect(written).toEqual([]);
});

describe('the last shelf', () => {
  const SHELF = {
    format: 1,
    publishingKeys: 'k' as KeyFingerprint,
    expiresAtMs: NOW_MS + 5,
    css: '',
    cards: [],
  } as const;
  /** What was stored, one after the other. */
  let stored: unknown[];
  const open = async (level: ConsentLevel): Promise<DeviceMemory> =>
    openDeviceMemory({
      level,
      openStore: async () => factStore(new Map()),
      storeShelf: (shelf) => void stored.push(shelf),
      now: () => NOW_MS,
    });
  beforeEach(() => {
    stored = [];
  });

  test('is stored on the device, and not while personalization is paused', async () => {
    const memory = await open('persistent');
    memory.keepShelf(SHELF);
    await memory.setPaused(true);
    memory.keepShelf(SHELF);
    await memory.setPaused(false);
    memory.keepShelf(SHELF);
    expect(stored).toEqual([SHELF, undefined, undefined, undefined, SHELF]);
  });

  test('is deleted with the history, and by a withdrawal, after which none is stored', async () => {
    const memory = await open('persistent');
    await memory.forget();
    expect(stored).toEqual([undefined]);
    await memory.setLevel('memory');
    memory.keepShelf(SHELF);
    expect(stored).toEqual([undefined, undefined]);
  });

  test('leaves storage alone where nothing may be stored', async () => {
    const memory = await open('memory');
    memory.keepShelf(SHELF);
    await memory.setPaused(true);
    await memory.forget();
    expect(stored).toEqual([]);
  });
});
