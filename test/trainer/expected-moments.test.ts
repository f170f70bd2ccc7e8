import { describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { examplesOf } from '#model/examples.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { expectedMoments, type Questions, questionsOf } from '#trainer/expected-moments.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { randomModel, spread } from '../model/random-model.ts';

const MODEL = randomModel(62);
const { numItems, numGroups, dim, maxEvents } = MODEL.config;
const rowOf = (id: ItemId): number => Number(id.slice(5));
const historyOf = (rows: readonly number[]): ShopEvent[] =>
  rows.map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: 1_790_000_000_000 + 90_000 * t }));
/** The second has nothing to ask. */
const HISTORIES = [[3, 11, 7, 3], [5], [5, 2]].map(historyOf);

describe('questions', () => {
  const { sessions, weights } = questionsOf(HISTORIES, { model: MODEL, rowOf });

  test('are the examples of all histories, in both directions', () => {
    const examples = HISTORIES.flatMap((events) => examplesOf(events, { rowOf, maxEvents }));
    expect(examples.map(({ row }) => row)).toEqual([11, 7, 3, 7, 11, 3, 2, 5]);
    expect([...sessions]).toEqual(examples.flatMap(({ given }) => [...encodeSession(given, MODEL)]));
  });

  test('of a history with more examples weigh less each', () => {
    const [long, short] = [1 / Math.sqrt(6), 1 / Math.sqrt(2)].map((weight) =>
      expect.closeTo(weight / (1 / Math.sqrt(6) + 1 / Math.sqrt(2)), 6),
    );
    expect([...weights]).toEqual([long, long, long, long, long, long, short, short]);
  });
});

/** The formula as it stands, in float64. */
function slowMoments({ sessions, weights }: Questions, vectors: Float32Array): Float64Array {
  const expected = new Float64Array(numGroups * dim);
  weights.forEach((weight, position) => {
    const session = sessions.subarray(position * dim, (position + 1) * dim);
    const odds = Array.from({ length: numItems }, (_, row) =>
      Math.exp(session.reduce((dot, value, d) => dot + value * (vectors[row * dim + d] as number), 0)),
    );
    const total = odds.reduce((a, b) => a + b);
    odds.forEach((odd, row) => {
      const start = (MODEL.groups[row] as number) * dim;
      session.forEach((value, d) => {
        expected[start + d] = (expected[start + d] as number) + (weight * odd * value) / total;
      });
    });
  });
  return expected;
}

describe('expected moments', () => {
  const vectors = spread(numItems * dim, 0.4, seededRandom(5));

  test('are the softmax of every question, times the question, added up by group', () => {
    const questions = questionsOf(HISTORIES, { model: MODEL, rowOf });
    const expected = slowMoments(questions, vectors);
    const moments = expectedMoments(questions, vectors, { groups: MODEL.groups, numGroups });
    expect([...moments]).toEqual(Array.from(expected, (value) => expect.closeTo(value, 6)));
    expect(Math.hypot(...moments)).toBeGreaterThan(0.1);
  });

  test('are right in every row for more questions than are asked at once', () => {
    const random = seededRandom(9);
    const count = 4500;
    const questions = { sessions: spread(count * dim, 1, random), weights: new Float32Array(count).fill(1 / count) };
    const expected = slowMoments(questions, vectors);
    const moments = expectedMoments(questions, vectors, { groups: MODEL.groups, numGroups });
    for (let group = 0; group < numGroups; group++) {
      const of = (values: Float64Array): number[] => [...values.subarray(group * dim, (group + 1) * dim)];
      const error = Math.hypot(...of(moments).map((value, d) => value - (of(expected)[d] as number)));
      expect(error).toBeLessThan(1e-4 * Math.hypot(...of(expected)) + 1e-12);
    }
  });
});
