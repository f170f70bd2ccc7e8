import { describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { writeFactor } from '#model/factor.ts';
import { localGradient } from '#model/local-update.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { meanStretch, sumOfUpdates } from '#trainer/sum-of-updates.ts';
import { randomModel, spread } from '../model/random-model.ts';

const RANK = 3;
const MODEL = randomModel(62);
const { numGroups, dim } = MODEL.config;
const historyOf = (...rows: number[]): ShopEvent[] =>
  rows.map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: 1_790_000_000_000 + 90_000 * t }));
const HISTORIES = [historyOf(3, 11, 7), historyOf(5, 2), historyOf(1, 9, 4, 6)];
const ROUND = {
  model: MODEL,
  rowOf: (id: ItemId) => Number(id.slice(5)),
  task: {
    rank: RANK,
    factor: writeFactor(spread(RANK * dim, 0.9, seededRandom(3))),
    vdaf: { type: 'UnverifiedVectorSum' as const, length: numGroups * RANK },
    clipNorm: 1.5,
  },
};
const gradientOf = (events: readonly ShopEvent[], factor = ROUND.task.factor): Float32Array =>
  localGradient({ ...ROUND, task: { ...ROUND.task, factor }, scoreAll: plainScores(MODEL.items), events });
const lengthOf = (vector: Float32Array): number => Math.hypot(...vector);

test('the sum holds each history’s gradient, stretched to the clip norm', () => {
  const expected = new Array<number>(ROUND.task.vdaf.length).fill(0);
  for (const gradient of HISTORIES.map((events) => gradientOf(events))) {
    gradient.forEach((value, i) => {
      expected[i] = (expected[i] as number) + (1.5 * value) / lengthOf(gradient);
    });
  }
  // The trainer's scorer rounds the query to int16.
  expect([...sumOfUpdates(HISTORIES, ROUND)]).toEqual(expected.map((value) => expect.closeTo(value, 3)));
});

describe('the mean stretch', () => {
  const stretches = HISTORIES.map((events) => 1.5 / lengthOf(gradientOf(events)));
  const total = stretches.reduce((a, b) => a + b);

  test('is of all histories, those without a gradient as 0', () => {
    expect(meanStretch([...HISTORIES, historyOf(4)], ROUND)).toBeCloseTo(total / 4, 3);
    expect(meanStretch([], ROUND)).toBe(0);
  });

  test('is not carried away by a history that was foreseen', () => {
    const sessionGain = MODEL.encoder.sessionGain.map((gain) => 6 * gain);
    const sure = { ...ROUND, model: { ...MODEL, encoder: { ...MODEL.encoder, sessionGain } } };
    const scoreAll = plainScores(MODEL.items);
    const stretchOf = (events: readonly ShopEvent[]): number =>
      1.5 / lengthOf(localGradient({ ...sure, scoreAll, events }));
    const repeated = Array.from({ length: MODEL.config.numItems }, (_, row) => historyOf(row, row));
    const foreseen = repeated.reduce((a, b) => {
      const [ofA, ofB] = [stretchOf(a), stretchOf(b)];
      return ofB < Number.POSITIVE_INFINITY && ofB > ofA ? b : a;
    });
    const histories = [...HISTORIES, historyOf(8, 10), foreseen];
    const sorted = histories.map(stretchOf).sort((a, b) => a - b);
    const median = sorted[2] as number;
    expect(stretchOf(foreseen)).toBeGreaterThan(20 * median);
    const expected = sorted.reduce((sum, stretch) => sum + Math.min(stretch, 10 * median), 0) / 5;
    expect(meanStretch(histories, sure) / expected).toBeCloseTo(1, 1);
  });
});
