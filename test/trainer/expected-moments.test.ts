import { describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { examplesOf } from '#model/examples.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { expectedMoments, questionsOf } from '#trainer/expected-moments.ts';
import { recordsOfRound } from '#trainer/own-records.ts';
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

test('expected moments are the softmax of every question, times the question, added up by group', () => {
  const vectors = spread(numItems * dim, 0.4, seededRandom(5));
  const questions = questionsOf(HISTORIES, { model: MODEL, rowOf });
  const expected = new Float64Array(numGroups * dim);
  questions.weights.forEach((weight, position) => {
    const session = questions.sessions.subarray(position * dim, (position + 1) * dim);
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
  const moments = expectedMoments(questions, vectors, { groups: MODEL.groups, numGroups });
  expect([...moments]).toEqual(Array.from(expected, (value) => expect.closeTo(value, 5)));
  expect(Math.hypot(...moments)).toBeGreaterThan(0.1);
});

test('all of the merchant’s histories take part in turn, at most 4,000 in a round', () => {
  const histories = Array.from({ length: 9000 }, (_, i) => i);
  const rounds = [0, 1, 2].map((round) => recordsOfRound(round, histories));
  expect(Math.max(...rounds.map(({ length }) => length))).toBeLessThanOrEqual(4000);
  expect(new Set(rounds.flat()).size).toBe(9000);
  expect(recordsOfRound(5, histories.slice(0, 40))).toHaveLength(40);
});
