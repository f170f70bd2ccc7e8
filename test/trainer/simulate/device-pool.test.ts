import { afterAll, describe, expect, test } from 'vitest';
import { writeFactor } from '#model/factor.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { DevicePool } from '#trainer/simulate/device-pool.ts';
import { encodeModel } from '#trainer/trained-model.ts';
import { spread } from '../../model/random-model.ts';
import { catalogOf } from '../dataset-fixture.ts';
import { randomTrained } from '../trained-fixture.ts';

const RANK = 2;
const trained = randomTrained(3);
const { numItems, dim } = trained.config;
const moved = { ...trained, itemVectors: spread(numItems * dim, 1, seededRandom(9)) };
const historyOf = (first: number): ShopEvent[] =>
  [first, first + 3, (first * 7) % numItems].map((row, t) => ({
    kind: 'view',
    itemId: `item-${row}` as ItemId,
    atMs: 1_790_000_000_000 + t * 60_000,
  }));
const data = {
  histories: [1, 4, 6, 9, 11].map(historyOf),
  items: catalogOf(numItems),
};
const round = {
  config: moved.config,
  files: encodeModel(moved),
  task: {
    rank: RANK,
    factor: writeFactor(spread(RANK * dim, 0.9, seededRandom(4))),
    vdaf: { type: 'UnverifiedVectorSum' as const, length: moved.config.numGroups * RANK },
    ...{ clipNorm: 1, scale: 2 ** 15, minBatch: 100, maxBatch: 500, noiseMultiplier: 0.7 },
  },
  taskId: 'd4'.repeat(32) as TaskId,
};

const pools = [1, 3].map((numThreads) => new DevicePool(data, numThreads));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

describe('threads that play devices', () => {
  test('give the same sums, however many they are', async () => {
    const told = [0, 0];
    const results = await Promise.all(
      pools.map((pool, i) =>
        pool.play(round, {
          devices: [0, 2, 3, 4],
          onDevices: (count) => {
            told[i] = (told[i] as number) + count;
          },
        }),
      ),
    );
    const [one, three] = results as [(typeof results)[number], (typeof results)[number]];
    expect(three.sums).toEqual(one.sums);
    expect(told).toEqual([4, 4]);
  });

  test('say what is wrong where a device is not there', async () => {
    const [pool] = pools as [DevicePool];
    await expect(pool.play(round, { devices: [5], onDevices() {} })).rejects.toThrow(
      'expected a device below 5, got 5',
    );
  });
});
