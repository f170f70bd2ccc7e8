import { describe, expect, test } from 'vitest';
import { LIST_LENGTH, type Measurement, meanMetrics, measureRanking } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';

const caseOf = (customer: string, targets: readonly number[]): TestCase => ({
  customer,
  events: [],
  targets,
  hasHistory: false,
});
/** Row 0 first, row 1 second and so on, of 50 items. */
const IN_ORDER = Float32Array.from({ length: 50 }, (_, row) => 100 - row);

/** What is told of each case. */
const valuesOf = ({ perCase }: Measurement): Record<string, number[]> =>
  Object.fromEntries(Object.entries(perCase).map(([metric, values]) => [metric, [...values]]));
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6));

describe('a recommender', () => {
  test('is measured on each case by recall, NDCG and reciprocal rank at 10 and at 20', async () => {
    const cases = [caseOf('ann', [2]), caseOf('bob', [1, 30]), caseOf('cem', [14]), caseOf('dee', [20, 45])];
    const measured = await measureRanking(() => IN_ORDER, cases, seededRandom(301));
    const ndcgOfBob = 1 / Math.log2(3) / (1 + 1 / Math.log2(3));
    const expected = {
      recallAt10: close([1, 1 / 2, 0, 0]),
      recallAt20: close([1, 1 / 2, 1, 0]),
      ndcgAt10: close([1 / 2, ndcgOfBob, 0, 0]),
      ndcgAt20: close([1 / 2, ndcgOfBob, 1 / 4, 0]),
      mrrAt10: close([1 / 3, 1 / 2, 0, 0]),
      mrrAt20: close([1 / 3, 1 / 2, 1 / 15, 0]),
    };
    expect(valuesOf(measured)).toEqual(expected);
    expect(meanMetrics(measured)).toEqual({
      recallAt10: expect.closeTo(1.5 / 4, 6),
      recallAt20: expect.closeTo(2.5 / 4, 6),
      ndcgAt10: expect.closeTo((1 / 2 + ndcgOfBob) / 4, 6),
      ndcgAt20: expect.closeTo((3 / 4 + ndcgOfBob) / 4, 6),
      mrrAt10: expect.closeTo(5 / 6 / 4, 6),
      mrrAt20: expect.closeTo((5 / 6 + 1 / 15) / 4, 6),
    });
  });

  test('misses a case that asks for nothing that it knows: every metric is 0, and the case counts', async () => {
    const cases = [caseOf('ann', []), caseOf('bob', [0]), caseOf('cem', [])];
    const measured = await measureRanking(() => IN_ORDER, cases, seededRandom(304));
    for (const values of Object.values(valuesOf(measured))) expect(values).toEqual([0, 1, 0]);
    for (const mean of Object.values(meanMetrics(measured))) expect(mean).toBeCloseTo(1 / 3, 9);
  });

  test('has mean metrics of 0 where nothing is asked', async () => {
    const measured = await measureRanking(() => IN_ORDER, [], seededRandom(305));
    expect(Object.values(meanMetrics(measured))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('has its best 20 rows kept, without those it takes out, and the time each answer took', async () => {
    const scores = IN_ORDER.map((score, row) => (row % 7 === 3 ? Number.NEGATIVE_INFINITY : score));
    const cases = [caseOf('ann', [2]), caseOf('bob', [])];
    const { lists, latenciesMs } = await measureRanking(() => scores, cases, seededRandom(306));
    const kept = Array.from({ length: 50 }, (_, row) => row).filter((row) => row % 7 !== 3);
    expect(LIST_LENGTH).toBe(20);
    expect(lists.map((list) => [...list])).toEqual([kept.slice(0, 20), kept.slice(0, 20)]);
    expect(latenciesMs).toHaveLength(2);
    for (const latencyMs of latenciesMs) expect(latencyMs).toBeGreaterThanOrEqual(0);
  });

  test('is asked each case by itself, and may take its time', async () => {
    const asked: string[] = [];
    const recommend = async ({ customer }: TestCase) => {
      asked.push(customer);
      return customer === 'ann' ? IN_ORDER : IN_ORDER.map((score) => -score);
    };
    const measured = await measureRanking(recommend, [caseOf('ann', [4]), caseOf('bob', [4])], seededRandom(302));
    expect(asked).toEqual(['ann', 'bob']);
    expect([...measured.perCase.recallAt20]).toEqual([1, 0]);
  });

  test('that scores all items alike gets no more than chance', async () => {
    // Recall at 20 of 50 by chance: mean 0.4, standard deviation 0.49. False alarm beyond 6 standard errors: 2e-9.
    const cases = Array.from({ length: 3000 }, (_, i) => caseOf(`customer ${i}`, [i % 50]));
    const measured = await measureRanking(() => new Float32Array(50).fill(0.7), cases, seededRandom(303));
    expect(Math.abs(meanMetrics(measured).recallAt20 - 0.4)).toBeLessThan((6 * 0.49) / Math.sqrt(3000));
  });
});
