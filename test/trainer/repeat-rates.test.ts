import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { repeatRates } from '#trainer/repeat-rates.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import { basket, randomBaskets } from './dataset-fixture.ts';

const PRIOR = 30;
/** What a chance counts, by how many visits lie between, and how many visits a chance lasts. */
const [DECAY, MAX_APART] = [0.7, 5];

interface Counts {
  taken: number;
  chances: number;
  readonly customers: Set<string>;
}

/** The formula of the documentation, by going through every pair of a customer's visits; a basket is a visit. */
function slowRates(baskets: readonly Basket[], numItems: number, minCustomers: number): number[] {
  const counts = Array.from({ length: numItems }, (): Counts => ({ taken: 0, chances: 0, customers: new Set() }));
  for (const [customer, visits] of Map.groupBy(baskets, ({ customer }) => customer)) {
    visits.forEach((visit, v) => {
      visits.forEach((later, w) => {
        if (w <= v || w > v + MAX_APART) return;
        for (const row of new Set(visit.rows)) {
          const count = counts[row] as Counts;
          const chance = DECAY ** (w - v - 1);
          count.chances += chance;
          if (!later.rows.includes(row)) continue;
          count.taken += chance;
          count.customers.add(customer);
        }
      });
    });
  }
  const sum = (partOf: (count: Counts) => number) => counts.reduce((total, count) => total + partOf(count), 0);
  const overall = sum(({ taken }) => taken) / sum(({ chances }) => chances);
  return counts.map(({ taken, chances, customers }) =>
    customers.size >= minCustomers ? (taken + PRIOR * overall) / (chances + PRIOR) : overall,
  );
}

describe('the rate at which an item is had again', () => {
  test('is its share of the chances, drawn to that of all items', () => {
    const baskets = randomBaskets(seededRandom(631), { numBaskets: 130, numItems: 14, numCustomers: 9 });
    const expected = slowRates(baskets, 14, 7);
    expect(new Set(expected).size).toBeGreaterThan(4);
    expect(new Set(expected).size).toBeLessThan(14); // some items have too few customers
    expect([...repeatRates(visitLogOf(baskets, 14), 7)]).toEqual(expected.map((rate) => expect.closeTo(rate, 9)));
  });

  test('of an item that fewer than k customers had again is the overall rate', () => {
    // Row 2 is had again by four customers, over and over, row 3 by five customers once.
    const baskets = Array.from({ length: 12 }, (_, day) => [
      ...[0, 1, 2, 3].map((c) => basket(`c${c}`, [2], day)),
      ...(day < 2 ? [4, 5, 6, 7, 8].map((c) => basket(`c${c}`, [3], day)) : []),
      ...[10, 11, 12].map((c) => basket(`c${c}`, [4 + ((c + day) % 5)], day)),
    ]).flat();
    const overall = slowRates(baskets, 12, 99)[0] as number;
    const rateOf = (row: number, minCustomers: number) => repeatRates(visitLogOf(baskets, 12), minCustomers)[row];
    expect(overall).toBeLessThan(0.8);
    expect(rateOf(2, 5)).toBeCloseTo(overall, 12);
    expect(rateOf(2, 4)).toBeCloseTo(slowRates(baskets, 12, 4)[2] as number, 9);
    expect(rateOf(2, 4)).toBeGreaterThan(overall + 0.1);
    expect(rateOf(3, 6)).toBeCloseTo(overall, 12);
    expect(rateOf(3, 5)).toBeCloseTo((5 + PRIOR * overall) / (5 + PRIOR), 9);
  });

  test('counts a visit once, however often the item is in it', () => {
    const once = [basket('ann', [2, 3], 0), basket('ann', [2], 5), basket('ann', [4], 9)];
    const twice = [basket('ann', [2, 3, 2], 0), basket('ann', [2, 2], 5), basket('ann', [4], 9)];
    expect(repeatRates(visitLogOf(twice, 5), 1)).toEqual(repeatRates(visitLogOf(once, 5), 1));
  });

  test('is 0 where no customer came twice', () => {
    expect([...repeatRates(visitLogOf([basket('ann', [1, 2]), basket('bob', [2])], 3), 1)]).toEqual([0, 0, 0]);
    expect([...repeatRates(visitLogOf([], 2), 1)]).toEqual([0, 0]);
  });
});
