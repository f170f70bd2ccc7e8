import { describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { examplesOf } from '#model/examples.ts';
import { readFactor } from '#model/factor.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { createFactors } from '#trainer/choose-factor.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { type LearnedSum, type LearningPoint, learnFromSum, requireRecords } from '#trainer/learn-from-sum.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { estimateGap, startLearning } from '#trainer/server-step.ts';
import { meanStretch, sumOfUpdates } from '#trainer/sum-of-updates.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import { randomTrained } from './trained-fixture.ts';

const NUM_ROUNDS = 8;
const base = randomTrained(5, { numItems: 60, numGroups: 60, dim: 16 });
const start: TrainedModel = {
  ...base,
  groups: Uint16Array.from({ length: 60 }, (_, row) => row),
  itemVectors: unitRows(),
};
const { numItems, numGroups, dim, maxEvents } = start.config;
const RANK = 4;
const factorOf = createFactors(shippedModel(start), { rank: RANK, seed: 2 });
const rowOf = (id: ItemId): number => Number(id.slice(5));
const historyOf = (rows: readonly number[]): ShopEvent[] =>
  rows.map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: 1_790_000_000_000 + 90_000 * t }));
const random = seededRandom(8);
const anyRow = (): number => Math.floor(random() * numItems);
const records = Array.from({ length: 60 }, () => historyOf([anyRow(), anyRow(), anyRow()]));
/** Whoever looked at item 7 then chose item 31, which the merchant's records say nothing of. */
const devices = Array.from({ length: 80 }, (_, i) => historyOf(i % 2 === 0 ? [7, 31] : [anyRow(), anyRow()]));
const own = { histories: records, rowOf, numPlanned: NUM_ROUNDS };
const begin: LearningPoint = { start, learned: start, state: startLearning(start.config) };

function unitRows(): Float32Array {
  const vectors = base.itemVectors.slice();
  for (let at = 0; at < vectors.length; at += 16) {
    const length = Math.hypot(...vectors.subarray(at, at + 16));
    for (let d = 0; d < 16; d++) vectors[at + d] = (vectors[at + d] as number) / length;
  }
  return vectors;
}

function taskOf(round: number, clipNorm = 1): LearnedSum['task'] {
  const vdaf = { type: 'UnverifiedVectorSum' as const, length: numGroups * RANK };
  return { rank: RANK, factor: factorOf(round), vdaf, clipNorm, scale: 2 ** 15 / clipNorm, noiseMultiplier: 0 };
}

function sumOf(histories: readonly ShopEvent[][], { learned, state }: LearningPoint, clipNorm = 1): LearnedSum {
  const task = taskOf(state.numRounds, clipNorm);
  const sum = sumOfUpdates(histories, { model: shippedModel(learned), rowOf, task });
  return { sum, task, count: histories.length };
}

function learn(histories: readonly ShopEvent[][], clipNorm = 1): LearningPoint[] {
  const points = [begin];
  for (let round = 0; round < NUM_ROUNDS; round++) {
    const point = points.at(-1) as LearningPoint;
    points.push(learnFromSum(point, sumOf(histories, point, clipNorm), own));
  }
  return points;
}

/** How many items come before one, given another. */
function rankOf(row: number, given: number, trained: TrainedModel): number {
  const model = shippedModel(trained);
  const [example] = examplesOf(historyOf([given, row]), { rowOf, maxEvents });
  const scores = new Float32Array(numItems);
  createDenseScorer(model.items)(encodeSession((example as NonNullable<typeof example>).given, model), scores);
  return scores.filter((score) => score > (scores[row] as number)).length;
}

const lengthOf = (values: Float64Array): number => Math.hypot(...values);

describe('learning from sums', () => {
  const points = learn(devices);
  const learned = (points.at(-1) as LearningPoint).learned;

  test('finds what devices choose and the merchant’s records don’t show', () => {
    expect(rankOf(31, 7, start)).toBeGreaterThan(10);
    expect(rankOf(31, 7, learned)).toBe(0);
  });

  test('keeps item vectors at length 1 and everything else as it was', () => {
    for (let row = 0; row < numItems; row++) {
      expect(Math.hypot(...learned.itemVectors.subarray(row * dim, (row + 1) * dim))).toBeCloseTo(1, 5);
    }
    expect({ ...learned, itemVectors: start.itemVectors }).toEqual(start);
  });

  test('leaves every item where it is if devices choose what the start expects', () => {
    const sum = new Float64Array(numGroups * RANK);
    const { itemVectors } = learnFromSum(begin, { sum, task: taskOf(0), count: 80 }, own).learned;
    // What int8 changes in the expectation is two orders more.
    expect([...itemVectors]).toEqual(Array.from(start.itemVectors, (value) => expect.closeTo(value, 6)));
  });

  test('does not depend on the length that updates are scaled to', () => {
    const doubled = (learn(devices, 2).at(-1) as LearningPoint).learned;
    expect([...doubled.itemVectors]).toEqual(Array.from(learned.itemVectors, (value) => expect.closeTo(value, 3)));
  });

  test('reads from a moved model’s sum what the start’s would have said', () => {
    // The same devices and directions, asked once at the start and once at a model that has learned already.
    const gapAt = (model: TrainedModel): Float64Array => {
      const point = { ...begin, learned: model };
      return estimateGap(learnFromSum(point, sumOf(records, point), own).state).gap;
    };
    const moved = (points[2] as LearningPoint).learned;
    const rawAt = (model: TrainedModel): Float64Array => sumOf(records, { ...begin, learned: model }).sum;
    const difference = (a: Float64Array, b: Float64Array): Float64Array =>
      a.map((value, i) => value - (b[i] as number));
    const raw = lengthOf(difference(rawAt(moved), rawAt(start))) / lengthOf(rawAt(start));
    const read = lengthOf(difference(gapAt(moved), gapAt(start))) / lengthOf(gapAt(start));
    expect(read).toBeLessThan(raw / 2);
  });
});

describe('the noise that is reckoned with', () => {
  test('is both parties’, in the unit that the sum is read in', () => {
    const task = { ...taskOf(0, 3), noiseMultiplier: 0.375 };
    const model = shippedModel(start);
    const stretch = meanStretch(records, { model, rowOf, task });
    const { state } = learnFromSum(begin, { sum: new Float64Array(numGroups * RANK), task, count: 7 }, own);
    const variance = 2 * ((0.375 * 3) / (7 * stretch)) ** 2;
    const factor = readFactor(task.factor, { rank: RANK, dim });
    const expected = Float64Array.from({ length: dim * dim }, (_, i) => {
      const [row, column] = [Math.floor(i / dim), i % dim];
      let product = 0;
      for (let r = 0; r < RANK; r++)
        product += (factor[r * dim + row] as number) * (factor[r * dim + column] as number);
      return variance * product;
    });
    expect([...state.noise]).toEqual(Array.from(expected, (value) => expect.closeTo(value, 7)));
    expect(Math.max(...expected)).toBeGreaterThan(1e-5);
  });

  test('keeps items where they are if it drowns the sum', () => {
    const { task, ...rest } = sumOf(devices, begin);
    const loud = { ...rest, task: { ...task, noiseMultiplier: 1e6 } };
    expect(learnFromSum(begin, loud, own).learned.itemVectors).toEqual(start.itemVectors);
  });
});

describe('what cannot be learned from', () => {
  test('is a sum of no device', () => {
    expect(() => learnFromSum(begin, { ...sumOf(devices, begin), count: 0 }, own)).toThrow(
      'expected a sum of at least one device, got 0',
    );
  });

  test('are no records of two items, told before a round is opened too', () => {
    const sentence = 'expected records of customers who chose two items of the model, found none to learn beside';
    const histories = [historyOf([3]), historyOf([])];
    expect(() => learnFromSum(begin, sumOf(devices, begin), { ...own, histories })).toThrow(sentence);
    expect(() => requireRecords(histories, rowOf)).toThrow(sentence);
    expect(() => requireRecords([...histories, historyOf([3, 4])], rowOf)).not.toThrow();
  });
});
