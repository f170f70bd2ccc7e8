import type { R2Bucket } from '@cloudflare/workers-types';
import { beforeEach, expect, test } from 'vitest';
import {
  createTaskKey,
  destroyTaskKeys,
  destroyUnusedKeys,
  keepVerifyKey,
  loadTaskKey,
  loadTaskKeys,
} from '#edge/rounds/task-key-store.ts';
import type { ShopId } from '#protocol/ids.ts';

const shop = 'mug-shop' as ShopId;
const HOUR_MS = 3_600_000;

let stored: Map<string, { value: string | Uint8Array<ArrayBuffer>; uploaded: Date }>;
let keys: R2Bucket;
let nowMs: number;

beforeEach(() => {
  stored = new Map();
  nowMs = 1_800_000_000_000;
  keys = {
    put: async (key: string, value: string, options?: { onlyIf?: { etagDoesNotMatch: string } }) => {
      if (options?.onlyIf?.etagDoesNotMatch === '*' && stored.has(key)) return null;
      stored.set(key, { value, uploaded: new Date(nowMs) });
      return {};
    },
    get: async (key: string) => {
      const body = new Response(stored.get(key)?.value);
      return stored.has(key) && { text: () => body.text(), arrayBuffer: () => body.arrayBuffer() };
    },
    async delete(names: string[]) {
      for (const name of names) stored.delete(name);
    },
    // Two a page, named by the last key of the page before.
    list: async ({ prefix, cursor = '' }: { prefix: string; cursor?: string }) => {
      const names = [...stored.keys()].filter((key) => key.startsWith(prefix) && key > cursor).sort();
      const objects = names.slice(0, 2).map((key) => ({ key, uploaded: stored.get(key)?.uploaded }));
      const truncated = names.length > 2;
      return { objects, truncated, ...(truncated && { cursor: names[1] }) };
    },
  } as unknown as R2Bucket;
});

test('a key that was made can be loaded by its public half, until it is destroyed', async () => {
  const { hpkeKeyId, hpkePublicKey } = await createTaskKey(keys, shop);
  expect(await loadTaskKey(keys, { shop, publicKey: hpkePublicKey })).toMatchObject({
    hpkeKeyId,
    keyPair: { publicKey: hpkePublicKey },
  });
  await destroyTaskKeys(keys, { shop, publicKey: hpkePublicKey });
  expect(await loadTaskKey(keys, { shop, publicKey: hpkePublicKey })).toBeUndefined();
  expect(stored.size).toBe(0);
});

test('a key of one shop is nothing to another', async () => {
  const { hpkePublicKey } = await createTaskKey(keys, shop);
  expect(await loadTaskKey(keys, { shop: 'tea-shop' as ShopId, publicKey: hpkePublicKey })).toBeUndefined();
});

test('keys that no task took within a day are destroyed, and no others', async () => {
  const unused = await Promise.all(Array.from({ length: 5 }, () => createTaskKey(keys, shop)));
  const taken = await createTaskKey(keys, shop);
  const elsewhere = await createTaskKey(keys, 'mug-shop-2' as ShopId);
  nowMs += 25 * HOUR_MS;
  const young = await createTaskKey(keys, shop);
  await destroyUnusedKeys(keys, shop, { nowMs, isTaken: async (publicKey) => publicKey === taken.hpkePublicKey });
  for (const { hpkePublicKey } of unused)
    expect(await loadTaskKey(keys, { shop, publicKey: hpkePublicKey })).toBeUndefined();
  expect(stored.size).toBe(3);
  for (const { hpkePublicKey } of [taken, young])
    expect(await loadTaskKey(keys, { shop, publicKey: hpkePublicKey })).toBeDefined();
  expect(await loadTaskKey(keys, { shop: 'mug-shop-2' as ShopId, publicKey: elsewhere.hpkePublicKey })).toBeDefined();
});

test('the first verify key is kept for good, and goes with the key pair', async () => {
  const { hpkePublicKey: publicKey } = await createTaskKey(keys, shop);
  const [first, second] = [new Uint8Array(32).fill(0x61), new Uint8Array(32).fill(0x62)];
  expect((await loadTaskKeys(keys, { shop, publicKey }))?.verifyKey).toBeUndefined();
  expect(await keepVerifyKey(keys, { shop, publicKey }, first)).toEqual(first);
  expect(await keepVerifyKey(keys, { shop, publicKey }, second)).toEqual(first);
  expect((await loadTaskKeys(keys, { shop, publicKey }))?.verifyKey).toEqual(first);
  await destroyTaskKeys(keys, { shop, publicKey });
  expect(await loadTaskKeys(keys, { shop, publicKey })).toBeUndefined();
  expect(stored.size).toBe(0);
});
