import { describe, expect, test } from 'vitest';
import { bucketOf } from '#model/item-buckets.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { readCounts } from '#trainer/read-counts.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const items = Array.from({ length: 40 }, (_, row) => ({ id: `item-${row}` as ItemId, title: `Thing ${row}` }));
const ITEMS = items as unknown as Dataset['items'];

describe('counts of events', () => {
  const task = sampleTask('metrics', { noiseMultiplier: 2 });

  test('are named in the order of the sum, with the interval of both parties’ noise', async () => {
    const counts = await readCounts({ task, sum: Float64Array.of(900, 80, 70, -6, 5, 4) }, ITEMS);
    expect(counts.map(({ name }) => name)).toEqual(['view', 'impression', 'select', 'add', 'purchase', 'search']);
    expect(counts.map(({ estimate }) => estimate)).toEqual([900, 80, 70, -6, 5, 4]);
    // 1.96 · √2 · 2 · 15 · √6: quantile, two parties, multiplier, most of a device.
    for (const { halfWidth } of counts) expect(halfWidth).toBeCloseTo(203.68, 1);
  });
});

describe('counts of items', () => {
  const task = sampleTask('popularity', {
    vdaf: { type: 'Prio3MultihotCountVec', length: 16, maxWeight: 9, chunkLength: 5 },
    noiseMultiplier: 1.5,
  });
  const bucketing = { bucketSeed: task.bucketSeed, numBuckets: 16 };

  test('share a bucket’s count and interval among the items in it, most first', async () => {
    const buckets = await Promise.all(items.map(({ id }) => bucketOf(id, bucketing)));
    const sum = Float64Array.from({ length: 16 }, (_, bucket) => 100 * bucket + 7);
    const counts = await readCounts({ task, sum }, ITEMS);
    expect(counts).toHaveLength(40);
    for (const [row, { title }] of items.entries()) {
      const bucket = buckets[row] as number;
      const numSharing = buckets.filter((other) => other === bucket).length;
      const count = counts.find(({ name }) => name === title);
      expect(count?.estimate).toBeCloseTo((100 * bucket + 7) / numSharing, 9);
      expect(count?.halfWidth).toBeCloseTo((1.96 * Math.SQRT2 * 1.5 * 3) / numSharing, 2);
    }
    const estimates = counts.map(({ estimate }) => estimate);
    expect(estimates).toEqual(estimates.toSorted((a, b) => b - a));
  });
});

test('a round that changes the model is not read as counts', async () => {
  const attempt = readCounts({ task: sampleTask('model-update'), sum: new Float64Array(6000) }, ITEMS);
  await expect(attempt).rejects.toThrow(/expected a round of kind metrics or popularity, got model-update/);
});
