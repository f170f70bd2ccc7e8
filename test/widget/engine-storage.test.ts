import { expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { openEngineStorage } from '#widget/engine-storage.ts';
import type { FileCaches } from '#widget/file-store.ts';
import { SHOP } from './published-shop.ts';

const DIGEST = 'a1'.repeat(32) as Digest;

/** Cache Storage of one device. */
function fakeCaches(): FileCaches {
  const stored = new Map<string, Response>();
  const cache = {
    match: async (url: string) => stored.get(url)?.clone(),
    put: async (url: string, response: Response) => void stored.set(url, response),
    keys: async () => [...stored.keys()].map((url) => ({ url })),
    delete: async (url: string) => stored.delete(url),
  };
  return {
    open: async () => cache as unknown as Cache,
    async delete() {
      stored.clear();
      return true;
    },
  };
}

test('a page that withdraws goes on with its model, and still knows which sequence numbers it has seen', async () => {
  const caches = fakeCaches();
  const storage = await openEngineStorage({
    shop: SHOP,
    level: 'persistent',
    openStore: async () => undefined,
    caches,
  });
  await storage.current().files.write(DIGEST, utf8('a shard'));
  await storage.current().meta.set('manifest-sequence', 7);
  await storage.setLevel('memory');
  await caches.delete('all');
  expect(await storage.current().files.read(DIGEST)).toEqual(utf8('a shard'));
  expect(await storage.current().meta.get('manifest-sequence')).toBe(7);
});

test('after a withdrawal nothing more is written to the device', async () => {
  const caches = fakeCaches();
  const storage = await openEngineStorage({
    shop: SHOP,
    level: 'persistent',
    openStore: async () => undefined,
    caches,
  });
  await storage.setLevel('memory');
  await storage.current().files.write(DIGEST, utf8('a shard'));
  expect(await (await caches.open('any')).keys()).toEqual([]);
});
