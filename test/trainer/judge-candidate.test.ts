import { beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { createJudge, type Judge } from '#trainer/judge-candidate.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import { spread } from '../model/random-model.ts';
import { catalogOf } from './dataset-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const START = randomTrained(5);
const { numItems } = START.config;
const random = seededRandom(8);
const NOISE = spread(START.itemVectors.length, 1.5, random);
const CASES = Array.from({ length: 80 }, (_, i): TestCase => {
  const rows = Array.from({ length: 3 }, () => Math.floor(random() * numItems));
  return {
    customer: `c${i}`,
    events: rows.slice(0, 2).map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: 60_000 * t })),
    targets: rows.slice(2),
    hasHistory: false,
  };
});
/** The start's vectors, moved. */
const movedBy = (amount: number): TrainedModel => ({
  ...START,
  itemVectors: START.itemVectors.map((value, i) => value + amount * (NOISE[i] as number)),
});

let judge: Judge;
beforeAll(async () => {
  judge = await createJudge(START, { items: catalogOf(numItems), cases: CASES });
});

describe('a candidate', () => {
  test('that is the start itself is promoted, with no difference and no error', async () => {
    const judgment = await judge(START, true);
    expect(judgment).toMatchObject({ numCases: 80, standardError: 0, isPromoted: true });
    expect(judgment.ndcgAfter).toBe(judgment.ndcgBefore);
  });

  test('is promoted at last if it is at most one standard error below the start, on the way also if at most 3 %', async () => {
    const outcomes = new Set<string>();
    for (const amount of [-0.8, -0.4, -0.1, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.2, 2, 3, 5]) {
      const [onTheWay, last] = [await judge(movedBy(amount), false), await judge(movedBy(amount), true)];
      const { ndcgBefore, ndcgAfter, standardError } = last;
      expect(last.isPromoted).toBe(ndcgAfter - ndcgBefore >= -standardError);
      expect(onTheWay.isPromoted).toBe(ndcgAfter - ndcgBefore >= -Math.max(standardError, 0.03 * ndcgBefore));
      outcomes.add(String(last.isPromoted));
    }
    expect(outcomes).toEqual(new Set(['true', 'false']));
  });
});
