import { expect, test } from 'vitest';
import type { ItemId, ShopId } from '#protocol/ids.ts';
import { openDeviceMemory } from '#widget/device-memory.ts';
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
    async transaction(_name: string, mode?: IDBTransactionMode) {
      if (mode !== 'readwrite') return { objectStore: () => ({ get }) };
      written.push('transaction');
      throw new DOMException('broken disk', 'UnknownError');
    },
  } as unknown as DeviceStore;
}

test('a database that is denied leaves the page its own memory, and says so', async () => {
  const memory = await openDeviceMemory({
    shop: 'corner-shop' as ShopId,
    level: 'persistent',
    openStore: async () => undefined,
    now: () => NOW_MS,
  });
  expect([memory.level, memory.isStored]).toEqual(['persistent', false]);
  await memory.history.append(EVENT);
  expect((await memory.history.last(5)).map(({ event }) => event)).toEqual([EVENT]);
});

test('after a withdrawal nothing is written any more, even where the storage could not be emptied', async () => {
  const written: string[] = [];
  const memory = await openDeviceMemory({
    shop: 'corner-shop' as ShopId,
    level: 'persistent',
    openStore: async () => brokenStore(written),
    now: () => NOW_MS,
  });
  await expect(memory.setLevel('memory')).rejects.toThrow('broken disk');
  expect([memory.level, memory.isStored]).toEqual(['memory', false]);
  written.length = 0;
  await memory.history.append(EVENT);
  await memory.setPaused(true);
  expect(written).toEqual([]);
});
