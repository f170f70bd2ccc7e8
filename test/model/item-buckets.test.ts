import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bucketOf, itemBuckets } from '#model/item-buckets.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { Digest, ItemId } from '#protocol/ids.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const NOW_MS = 1_900_000_000_000;
const task = { ...sampleTask('popularity'), windowMs: 5000 };
const bucketing = { bucketSeed: task.bucketSeed, numBuckets: task.vdaf.length };
const item = (name: number | string) => `item-${name}` as ItemId;
const view = (name: number | string, agoMs: number): ShopEvent => ({
  kind: 'view',
  itemId: item(name),
  atMs: NOW_MS - agoMs,
});

describe('an item’s bucket', () => {
  test('is its SHA-256 with the seed, by Node’s own hash', async () => {
    for (const name of ['a', 'blå krus', '7']) {
      const hash = createHash('sha256').update(Buffer.from(task.bucketSeed, 'hex')).update(item(name)).digest();
      expect(await bucketOf(item(name), bucketing)).toBe(hash.readUInt32LE(0) % 300);
    }
  });

  test('is another one under another seed', async () => {
    const other = { ...bucketing, bucketSeed: '9c'.repeat(32) as Digest };
    const moved = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, i) => (await bucketOf(item(i), bucketing)) !== (await bucketOf(item(i), other)),
      ),
    );
    expect(moved.filter(Boolean).length).toBeGreaterThan(40);
  });
});

describe('what a device tells', () => {
  const bucketsOf = async (...names: (number | string)[]) => {
    const ones = new Set(await Promise.all(names.map((name) => bucketOf(item(name), bucketing))));
    return Array.from({ length: 300 }, (_, bucket) => (ones.has(bucket) ? 1 : 0));
  };

  test('is a one for the bucket of each item of the window, however often it came', async () => {
    const told = await itemBuckets([view(1, 5000), view(2, 4999), view(3, 10), view(2, 5)], { task, nowMs: NOW_MS });
    expect(told).toEqual(await bucketsOf(2, 3));
  });

  test('leaves out impressions and searches', async () => {
    const seen: ShopEvent = { kind: 'impression', itemId: item(4), atMs: NOW_MS - 3 };
    const search: ShopEvent = { kind: 'search', query: 'item-5', atMs: NOW_MS - 2 };
    expect(await itemBuckets([seen, search, view(6, 1)], { task, nowMs: NOW_MS })).toEqual(await bucketsOf(6));
  });

  test('names the latest items where there are more than it may', async () => {
    const events = Array.from({ length: 20 }, (_, i) => view(i, 1000 - i));
    expect(await itemBuckets(events, { task, nowMs: NOW_MS })).toEqual(await bucketsOf(13, 14, 15, 16, 17, 18, 19));
  });
});
