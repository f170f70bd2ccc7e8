import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ndcgAt, ranksOf, recallAt, reciprocalRankAt } from '#model/metrics.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

/** Worked out by hand: log2 of 2, 3, 4, 5, 6 is 1, 1.58496, 2, 2.32193, 2.58496. */
const CASES: readonly (readonly [string, number[], number, { recall: number; ndcg: number; reciprocal: number }])[] = [
  ['all relevant items come first', [1, 0, 2], 5, { recall: 1, ndcg: 1, reciprocal: 1 }],
  ['one relevant item is third', [2], 5, { recall: 1, ndcg: 0.5, reciprocal: 1 / 3 }],
  ['the last place inside counts', [4], 5, { recall: 1, ndcg: 0.386853, reciprocal: 0.2 }],
  ['the first place outside does not', [5], 5, { recall: 0, ndcg: 0, reciprocal: 0 }],
  // Gain 1/1.58496 + 1/2.32193 = 1.061606 of 1 + 0.63093 + 0.5 = 2.13093.
  ['two of three are found', [3, 90, 1], 5, { recall: 2 / 3, ndcg: 0.498189, reciprocal: 0.5 }],
  // Gain 1 + 0.5 = 1.5 of at most 1 + 0.63093 + 0.5, since three fit.
  ['more items are relevant than fit', [0, 2, 7, 11], 3, { recall: 0.5, ndcg: 0.703918, reciprocal: 1 }],
  ['nothing is found', [40, 41], 20, { recall: 0, ndcg: 0, reciprocal: 0 }],
];

describe.each(CASES)('where %s', (_, ranks, cutoff, expected) => {
  test(`recall is the share found: ${expected.recall.toFixed(3)}`, () => {
    expect(recallAt(ranks, cutoff)).toBeCloseTo(expected.recall, 9);
  });

  test(`NDCG is the discounted gain over the best possible: ${expected.ndcg.toFixed(3)}`, () => {
    expect(ndcgAt(ranks, cutoff)).toBeCloseTo(expected.ndcg, 5);
  });

  test(`the reciprocal rank is that of the best one: ${expected.reciprocal.toFixed(3)}`, () => {
    expect(reciprocalRankAt(ranks, cutoff)).toBeCloseTo(expected.reciprocal, 9);
  });
});

describe('ranks', () => {
  test('count the items with higher scores', () => {
    const scores = Float32Array.of(0.5, 9, -3, 7, 0.25);
    expect(ranksOf(scores, [0, 1, 2, 3, 4], seededRandom(81))).toEqual([2, 0, 4, 1, 3]);
  });

  test('of all items are all places, whatever ties', () => {
    const scores = fc.array(fc.constantFrom(-1.5, 0.25, 3), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(scores, fc.nat(1e6), (list, seed) => {
        const rows = list.map((_, row) => row);
        const ranks = ranksOf(Float32Array.from(list), rows, seededRandom(seed));
        expect(ranks.toSorted((a, b) => a - b)).toEqual(rows);
        for (const [row, score] of list.entries()) {
          const above = list.filter((other) => other > score).length;
          const equal = list.filter((other) => other === score).length;
          expect(ranks[row]).toBeGreaterThanOrEqual(above);
          expect(ranks[row]).toBeLessThan(above + equal);
        }
      }),
      { seed: 82 },
    );
  });

  test('of equal scores are the middle of their places on average, for the first and the last item asked for', () => {
    // Places 2 … 8: mean 5, standard deviation 2. False alarm: two means beyond 6 standard errors, under 1e-8.
    const scores = Float32Array.of(4, 1, 1, 1, 1, 1, 4, 1, 1, 0.5);
    const random = seededRandom(83);
    const numDraws = 20_000;
    let sums = [0, 0];
    for (let draw = 0; draw < numDraws; draw++) {
      const [first = 0, second = 0] = ranksOf(scores, [1, 8], random);
      sums = [(sums[0] as number) + first, (sums[1] as number) + second];
    }
    for (const sum of sums) expect(Math.abs(sum / numDraws - 5)).toBeLessThan((6 * 2) / Math.sqrt(numDraws));
  });
});
