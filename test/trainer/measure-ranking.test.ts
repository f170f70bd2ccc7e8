import { describe, expect, test } from 'vitest';
import { measureRanking } from '#trainer/measure-ranking.ts';
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

describe('a recommender', () => {
  test('is measured by the mean over cases of recall, NDCG and reciprocal rank at 20', async () => {
    const cases = [caseOf('ann', [2]), caseOf('bob', [1, 30]), caseOf('cem', [19]), caseOf('dee', [20, 45])];
    const metrics = await measureRanking(() => IN_ORDER, cases, seededRandom(301));
    const ndcgOfBob = 1 / Math.log2(3) / (1 + 1 / Math.log2(3));
    expect(metrics).toEqual({
      numCases: 4,
      recallAt20: expect.closeTo((1 + 0.5 + 1 + 0) / 4, 9),
      ndcgAt20: expect.closeTo((0.5 + ndcgOfBob + 1 / Math.log2(21) + 0) / 4, 9),
      reciprocalRankAt20: expect.closeTo((1 / 3 + 1 / 2 + 1 / 20 + 0) / 4, 9),
    });
  });

  test('is asked each case by itself, and may take its time', async () => {
    const asked: string[] = [];
    const recommend = async ({ customer }: TestCase) => {
      asked.push(customer);
      return customer === 'ann' ? IN_ORDER : IN_ORDER.map((score) => -score);
    };
    const metrics = await measureRanking(recommend, [caseOf('ann', [4]), caseOf('bob', [4])], seededRandom(302));
    expect(asked).toEqual(['ann', 'bob']);
    expect(metrics.recallAt20).toBe(0.5);
  });

  test('that scores all items alike gets no more than chance', async () => {
    // Recall at 20 of 50 by chance: mean 0.4, standard deviation 0.49. False alarm beyond 6 standard errors: 2e-9.
    const cases = Array.from({ length: 3000 }, (_, i) => caseOf(`customer ${i}`, [i % 50]));
    const { recallAt20 } = await measureRanking(() => new Float32Array(50).fill(0.7), cases, seededRandom(303));
    expect(Math.abs(recallAt20 - 0.4)).toBeLessThan((6 * 0.49) / Math.sqrt(3000));
  });
});
