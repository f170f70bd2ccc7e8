import { describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { writeFactor } from '#model/factor.ts';
import { localUpdate } from '#model/local-update.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { recordsOfRound, withPull } from '#trainer/own-records.ts';
import { pullOfRecords } from '#trainer/pull-of-records.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { randomModel, spread } from '../model/random-model.ts';

const RANK = 3;
const [START, MODEL] = [randomModel(61), randomModel(62)];
const { numGroups, dim } = MODEL.config;
const TASK = {
  rank: RANK,
  factor: writeFactor(spread(RANK * dim, 0.9, seededRandom(3))),
  vdaf: { type: 'UnverifiedVectorSum' as const, length: numGroups * RANK },
  clipNorm: 1.5,
};
const HISTORIES = [
  [3, 11, 7],
  [5, 2],
].map((rows): ShopEvent[] =>
  rows.map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: 1_790_000_000_000 + 90_000 * t })),
);
const round = { rowOf: (id: ItemId) => Number(id.slice(5)), task: TASK };

describe('the pull of the merchant’s records', () => {
  test('is what they would add to the sum less what they would have added at the start', () => {
    const expected = new Array<number>(TASK.vdaf.length).fill(0);
    for (const [model, sign] of [
      [MODEL, 1],
      [START, -1],
    ] as const) {
      for (const events of HISTORIES) {
        localUpdate({ ...round, model, scoreAll: plainScores(model.items), events }).forEach((value, i) => {
          expected[i] = (expected[i] as number) + sign * value;
        });
      }
    }
    const pull = pullOfRecords(HISTORIES, { ...round, model: MODEL, start: START });
    // The trainer's scorer rounds the query to int16.
    expect([...pull]).toEqual(expected.map((value) => expect.closeTo(value, 2)));
    expect(Math.hypot(...pull)).toBeGreaterThan(0.5);
  });

  test('is nothing at the start', () => {
    const pull = pullOfRecords(HISTORIES, { ...round, model: START, start: START });
    expect(pull).toEqual(new Float64Array(TASK.vdaf.length));
  });

  test('counts four times, and as many times as histories that did not take part', () => {
    expect([...withPull(Float64Array.of(0.5, 2), Float64Array.of(0.25, -0.125), 3)]).toEqual([3.5, 0.5]);
  });
});

test('all of the merchant’s histories take part in turn, at most 3,000 in a round', () => {
  const rounds = [0, 1, 2].map((number) => recordsOfRound(number, 7000));
  expect(Math.max(...rounds.map(({ length }) => length))).toBeLessThanOrEqual(3000);
  expect(new Set(rounds.flat()).size).toBe(7000);
  expect(recordsOfRound(5, 40)).toHaveLength(40);
});
