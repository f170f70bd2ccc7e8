import type { R2Bucket } from '@cloudflare/workers-types';
import { beforeEach, expect, test } from 'vitest';
import { createTaskKey, destroyTaskKey, destroyUnusedKeys, loadTaskKey } from '#edge/hpke-key-store.ts';
import type { ShopId } from '#protocol/ids.ts';

const shop = 'mug-shop' as ShopId;
const HOUR_MS = 3_600_000;

let stored: Map<string, { text: string; uploaded: Date }>;
let keys: R2Bucket;
let nowMs: number;

beforeEach(() => {
  stored = new Map();
  nowMs = 1_800_000_000_000;
  keys = {
    put: async (key: string, text: string) => stored.set(key, { text, uploaded: new Date(nowMs) }),
    get: async (key: string) => stored.has(key) && { text: async () => stored.get(key)?.text },
    delete: async (key: string) => stored.delete(key),
    list: async ({ prefix }: { prefix: string }) => ({
      objects: [...stored].flatMap(([key, { uploaded }]) => (key.startsWith(prefix) ? [{ key, uploaded }] : [])),
    }),
  } as unknown as R2Bucket;
});

test('a key that was made can be loaded by its public half, until it is destroyed', async () => {
  const { hpkeKeyId, hpkePublicKey } = await createTaskKey(keys, shop);
  expect(await loadTaskKey(keys, shop, hpkePublicKey)).toMatchObject({
    hpkeKeyId,
    keyPair: { publicKey: hpkePublicKey },
  });
  await destroyTaskKey(keys, shop, hpkePublicKey);
  expect(await loadTaskKey(keys, shop, hpkePublicKey)).toBeUndefined();
  expect(stored.size).toBe(0);
});

test('a key of one shop is nothing to another', async () => {
  const { hpkePublicKey } = await createTaskKey(keys, shop);
  expect(await loadTaskKey(keys, 'tea-shop' as ShopId, hpkePublicKey)).toBeUndefined();
});

test('keys that no task took within a day are destroyed, and no others', async () => {
  const unused = await createTaskKey(keys, shop);
  const taken = await createTaskKey(keys, shop);
  const elsewhere = await createTaskKey(keys, 'mug-shop-2' as ShopId);
  nowMs += 25 * HOUR_MS;
  const young = await createTaskKey(keys, shop);
  await destroyUnusedKeys(keys, shop, { nowMs, isTaken: async (publicKey) => publicKey === taken.hpkePublicKey });
  expect(await loadTaskKey(keys, shop, unused.hpkePublicKey)).toBeUndefined();
  expect(stored.size).toBe(3);
  for (const { hpkePublicKey } of [taken, young]) expect(await loadTaskKey(keys, shop, hpkePublicKey)).toBeDefined();
  expect(await loadTaskKey(keys, 'mug-shop-2' as ShopId, elsewhere.hpkePublicKey)).toBeDefined();
});
