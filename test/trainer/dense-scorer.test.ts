import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemTable } from '#model/item-table.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, randomItems, spread } from '../model/random-model.ts';

describe('the dense scorer', () => {
  test.each([
    [1, 8],
    [37, 8],
    [1009, 64],
    [333, 16],
    [77, 2048],
  ])('is within 1e-3 of both norms of the exact product, for %d rows of %d', (numItems, dim) => {
    const random = seededRandom(551 + numItems);
    const items = randomItems(numItems, dim, random);
    for (const height of [0.02, 1.7, 900]) expectWithinGuarantee(items, spread(dim, height, random));
    expectWithinGuarantee(items, spread(dim, 0.01, random).with(3, -40));
  });

  test('keeps its guarantee at the ends of int8', () => {
    const items = {
      numItems: 4,
      dim: 8,
      scales: Float32Array.of(0.3, 0.7, 0, 2.5),
      values: Int8Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? -128 : 127)),
    };
    expectWithinGuarantee(items, spread(8, 3, seededRandom(554)));
  });

  test('keeps its guarantee for any query, and does not change it', () => {
    const items = randomItems(29, 16, seededRandom(555));
    const values = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(values, fc.integer({ min: -15, max: 15 }), (list, power) => {
        const query = Float32Array.from(list, (value) => value * 2 ** power);
        const before = query.slice();
        expectWithinGuarantee(items, query);
        expect(query).toEqual(before);
      }),
      { seed: 556, numRuns: 40 },
    );
  });

  test('scores a zero query and a zero row as 0', () => {
    const items = randomItems(13, 8, seededRandom(557));
    items.scales[6] = 0;
    const out = new Float32Array(13).fill(7e7);
    createDenseScorer(items)(new Float32Array(8), out);
    expect(out.every((score) => score === 0)).toBe(true);
    createDenseScorer(items)(spread(8, 2, seededRandom(558)), out);
    expect([...out.keys()].filter((row) => out[row] === 0)).toEqual([6]);
  });

  test.each([
    [9, 19, 'expected query to have 8 values, got 9'],
    [8, 18, 'expected out to have 19 values, got 18'],
  ])('refuses %d values in the query and %d in out', (queryLength, outLength, message) => {
    const scorer = createDenseScorer(randomItems(19, 8, seededRandom(559)));
    expect(() => scorer(new Float32Array(queryLength), new Float32Array(outLength))).toThrow(message);
  });

  test.each([12, 2056])('refuses rows of %d values', (dim) => {
    expect(() => createDenseScorer(randomItems(2, dim, seededRandom(560)))).toThrow(
      `expected dim to be a multiple of 8 up to 2048, got ${dim}`,
    );
  });
});

/** Against the slow, obvious product in float64. */
function expectWithinGuarantee(items: ItemTable, query: Float32Array): void {
  const out = new Float32Array(items.numItems).fill(Number.NaN);
  createDenseScorer(items)(query, out);
  const queryNorm = Math.sqrt(exactDot(query, query));
  const excess = Array.from(out, (score, r) => {
    const row = exactRow(items, r);
    return Math.abs(score - exactDot(query, row)) - 1e-3 * queryNorm * Math.sqrt(exactDot(row, row));
  });
  expect(out.every(Number.isFinite)).toBe(true);
  expect(Math.max(...excess)).toBeLessThanOrEqual(0);
}
