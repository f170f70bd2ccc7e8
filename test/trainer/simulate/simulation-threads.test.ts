import { afterAll, describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { writeFactor } from '#model/factor.ts';
import { localUpdate } from '#model/local-update.ts';
import { tiedRanksOf } from '#model/metrics.ts';
import { parseModel } from '#model/model.ts';
import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import { deviceRecommender, rowLookup } from '#trainer/device-recommender.ts';
import { SEQUENCE_ALONE } from '#trainer/encoder-alone.ts';
import type { Question } from '#trainer/rank-cases.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { SimulationThreads } from '#trainer/simulate/simulation-threads.ts';
import { encodeModel, shippedModel } from '#trainer/trained-model.ts';
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
  questions: {
    test: Array.from({ length: 10 }, (_, n): Question => ({ events: historyOf(n), targets: [n + 1, n + 2] })),
    judging: [{ events: historyOf(2), targets: [7] }],
  },
};
const task = {
  rank: RANK,
  factor: writeFactor(spread(RANK * dim, 0.9, seededRandom(4))),
  vdaf: { type: 'UnverifiedVectorSum' as const, length: moved.config.numGroups * RANK },
  ...{ clipNorm: 1, scale: 2 ** 15, minBatch: 100, maxBatch: 500, noiseMultiplier: 0.7 },
};
const current = { config: moved.config, files: encodeModel(moved) };
const round = { current, offer: { task }, taskId: 'd4'.repeat(32) as TaskId };

const all = [1, 3].map((numThreads) => new SimulationThreads(data, numThreads));
afterAll(() => Promise.all(all.map((threads) => threads.close())));

describe('threads that ask a model', () => {
  const blends = [moved.config.blend, [SEQUENCE_ALONE]];

  test('have the same answers, however many they are', async () => {
    const told = [0, 0];
    const [one, three] = await Promise.all(
      all.map((threads, i) =>
        threads.rank({ set: 'test', model: current, blends }, (count) => {
          told[i] = (told[i] as number) + count;
        }),
      ),
    );
    expect(three).toEqual(one);
    expect(told).toEqual([10, 10]);
  });

  test('answer as the device’s own code would have', async () => {
    const [, threads] = all as [SimulationThreads, SimulationThreads];
    for (const set of ['test', 'judging'] as const) {
      const ranked = await threads.rank({ set, model: current, blends });
      for (const [i, blend] of blends.entries()) {
        const model = { ...shippedModel(moved), config: { ...moved.config, blend } };
        const recommend = await deviceRecommender(model, data.items);
        const expected = await Promise.all(
          data.questions[set].map(async ({ events, targets }) => {
            const testCase = { events, targets, customer: '', hasHistory: false };
            return tiedRanksOf(await recommend(testCase), targets);
          }),
        );
        expect(ranked[i]).toEqual(expected);
      }
    }
  });
});

describe('threads that play devices', () => {
  test('give the same sums, however many they are', async () => {
    const told = [0, 0];
    const results = await Promise.all(
      all.map((threads, i) =>
        threads.play(round, {
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

  test('add up to what browsers would have sent', async () => {
    const [threads] = all as [SimulationThreads];
    const devices = [...data.histories.keys()];
    const { sums } = await threads.play(round, { devices, onDevices() {} });
    const model = parseModel(current.config, current.files);
    const inBrowser = { model, scoreAll: plainScores(model.items), rowOf: rowLookup(data.items), task };
    const expected = new Float64Array(task.vdaf.length);
    for (const [device, events] of data.histories.entries()) {
      const random = seededBytes(`${round.taskId} device ${device}`);
      const units = quantizeUpdate(localUpdate({ ...inBrowser, events }), { ...task, random });
      for (const [i, value] of units.entries()) expected[i] = (expected[i] as number) + value;
    }
    expect(Math.hypot(...expected)).toBeGreaterThan(CLIP_NORM_UNITS);
    expect([...unshard(sums.leader, sums.helper, elementRing(4))]).toEqual([...expected]);
  });

  test('say what is wrong where a device is not there', async () => {
    const [threads] = all as [SimulationThreads];
    await expect(threads.play(round, { devices: [5], onDevices() {} })).rejects.toThrow(
      'expected a device below 5, got 5',
    );
  });
});
