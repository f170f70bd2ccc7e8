import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { countItems, measurePopularity } from '#trainer/item-counts.ts';
import { basket, DAY_MS } from './dataset-fixture.ts';

const popularityOf = (baskets: readonly Basket[], numItems: number, minCustomers: number, halfLifeDays = 14) =>
  measurePopularity(baskets, {
    counts: countItems(baskets, numItems),
    minCustomers,
    halfLifeMs: halfLifeDays * DAY_MS,
  });

/** `numCustomers` customers order an item `numOrders` times each. */
function orders(
  row: number,
  { numCustomers, numOrders = 2, day = 0 }: { numCustomers: number; numOrders?: number; day?: number },
): Basket[] {
  return Array.from({ length: numCustomers * numOrders }, (_, i) => basket(`c${i % numCustomers}`, [row], day));
}

test('an item is counted once an order, and its customers once each', () => {
  const baskets = [basket('ann', [2, 3]), basket('ann', [3]), basket('bob', [3, 4]), basket('ann', [3])];
  const { orders, customers } = countItems(baskets, 6);
  expect([...orders]).toEqual([0, 0, 1, 4, 1, 0]);
  expect([...customers]).toEqual([0, 0, 1, 2, 1, 0]);
});

describe('popularity', () => {
  test('of an item ordered by four customers never ships, however often they ordered, and by five does', () => {
    const baskets = [...orders(2, { numCustomers: 4, numOrders: 60 }), ...orders(3, { numCustomers: 5 })];
    const { recent, longRun } = popularityOf(baskets, 4, 5);
    expect([...recent]).toEqual([0, 0, 0, 255]);
    expect([...longRun]).toEqual([0, 0, 0, 255]);
  });

  test('in the long run is the logarithm of the orders, 255 for the most ordered item', () => {
    const baskets = [
      ...orders(0, { numCustomers: 6, numOrders: 5 }),
      ...orders(1, { numCustomers: 7, numOrders: 40 }),
      ...orders(2, { numCustomers: 9, numOrders: 3 }),
    ];
    const top = Math.log(281);
    expect([...popularityOf(baskets, 4, 3).longRun]).toEqual([
      Math.round((255 * Math.log(31)) / top),
      255,
      Math.round((255 * Math.log(28)) / top),
      0,
    ]);
  });

  test.each([14, 7, 42])('of late halves in the half-life, %d days', (halfLifeDays) => {
    const baskets = [
      ...orders(0, { numCustomers: 8, numOrders: 4, day: 0 }),
      ...orders(1, { numCustomers: 8, numOrders: 4, day: 28 }),
      ...orders(2, { numCustomers: 8, numOrders: 4, day: 42 }),
    ];
    const { recent, longRun } = popularityOf(baskets, 3, 5, halfLifeDays);
    const left = (days: number) => 32 * 0.5 ** (days / halfLifeDays);
    const top = Math.log1p(32);
    expect([...recent]).toEqual([
      Math.round((255 * Math.log1p(left(42))) / top),
      Math.round((255 * Math.log1p(left(14))) / top),
      255,
    ]);
    expect([...longRun]).toEqual([255, 255, 255]);
  });

  test('is 0 for every item where nothing may ship', () => {
    const { recent, longRun } = popularityOf(orders(1, { numCustomers: 3 }), 2, 5);
    expect([...recent, ...longRun]).toEqual([0, 0, 0, 0]);
    expect([...popularityOf([], 2, 5).recent]).toEqual([0, 0]);
  });
});
