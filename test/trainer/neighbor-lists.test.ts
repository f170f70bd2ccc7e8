import { describe, expect, test } from 'vitest';
import type { Neighbors } from '#protocol/item-files.ts';
import type { Basket } from '#trainer/dataset.ts';
import { findNeighbors } from '#trainer/neighbor-lists.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { basket, randomBaskets } from './dataset-fixture.ts';

/** The list of one item, `[row, weight]` each. */
function listOf({ offsets, rows, weights }: Neighbors, row: number): [number, number][] {
  const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
  return Array.from(rows.slice(start, end), (neighbor, i) => [neighbor, weights[start + i] as number]);
}

/** Orders of one customer that lie at most two apart, with how many lie between plus one. */
function orderPairs(baskets: readonly Basket[]): { from: Basket; to: Basket; apart: number }[] {
  const byCustomer = Map.groupBy(baskets, ({ customer }) => customer);
  return [...byCustomer.values()].flatMap((orders) =>
    orders.flatMap((from, i) =>
      orders.map((to, j) => ({ from, to, apart: Math.abs(i - j) })).filter(({ apart }) => apart <= 2),
    ),
  );
}

/** The customers who ordered both items at once or at most two orders apart. */
function customersOfPair(baskets: readonly Basket[], a: number, b: number): Set<string> {
  const together = orderPairs(baskets).filter(({ from, to }) => from.rows.includes(a) && to.rows.includes(b));
  return new Set(together.map(({ from }) => from.customer));
}

/** The weight before rounding, as the documentation words it. */
function slowWeight(baskets: readonly Basket[], a: number, b: number): number {
  const worth = ({ rows }: Basket) => 1 / Math.log2(2 + rows.length);
  const mass = (row: number) =>
    baskets.filter(({ rows }) => rows.includes(row)).reduce((sum, order) => sum + worth(order), 0);
  const together = orderPairs(baskets)
    .filter(({ from, to }) => from.rows.includes(a) && to.rows.includes(b))
    .reduce((sum, { to, apart }) => sum + worth(to) * 0.5 ** apart, 0);
  return Math.min(255, 255 * Math.sqrt(together / Math.sqrt(mass(a) * mass(b))));
}

describe('neighbors', () => {
  const pairBy = (numCustomers: number, numOrders: number) =>
    Array.from({ length: numCustomers * numOrders }, (_, i) => basket(`c${i % numCustomers}`, [2, 7], i));

  test('of a pair that four customers made never ship, however often they did, and of five do', () => {
    expect(findNeighbors(pairBy(4, 30), { numItems: 9, minCustomers: 5 }).rows).toHaveLength(0);
    const shipped = findNeighbors(pairBy(5, 2), { numItems: 9, minCustomers: 5 });
    expect(listOf(shipped, 2).map(([row]) => row)).toEqual([7]);
    expect(listOf(shipped, 7).map(([row]) => row)).toEqual([2]);
  });

  test('are exactly the pairs that enough different customers made', () => {
    const baskets = randomBaskets(seededRandom(271), { numBaskets: 80, numItems: 16, numCustomers: 14 });
    const neighbors = findNeighbors(baskets, { numItems: 16, minCustomers: 5 });
    let numRefused = 0;
    for (let a = 0; a < 16; a++) {
      const expected = Array.from({ length: 16 }, (_, b) => b).filter(
        (b) => b !== a && customersOfPair(baskets, a, b).size >= 5,
      );
      numRefused += 15 - expected.length;
      expect(
        listOf(neighbors, a)
          .map(([row]) => row)
          .sort((x, y) => x - y),
      ).toEqual(expected);
    }
    expect(numRefused).toBeGreaterThan(10);
    expect(neighbors.rows.length).toBeGreaterThan(10);
  });

  test('weigh the root of the cosine of their orders, large and far orders counting less', () => {
    const baskets = randomBaskets(seededRandom(272), { numBaskets: 60, numItems: 12, numCustomers: 9 });
    const neighbors = findNeighbors(baskets, { numItems: 12, minCustomers: 2 });
    for (let a = 0; a < 12; a++) {
      for (const [b, weight] of listOf(neighbors, a)) {
        expect(Math.abs(weight - slowWeight(baskets, a, b))).toBeLessThanOrEqual(0.5 + 1e-9);
      }
    }
  });

  test('come strongest first, of equal ones the lower row', () => {
    const neighbors = findNeighbors(
      randomBaskets(seededRandom(273), { numBaskets: 80, numItems: 12, numCustomers: 9 }),
      {
        numItems: 12,
        minCustomers: 2,
      },
    );
    for (let row = 0; row < 12; row++) {
      const list = listOf(neighbors, row);
      expect(list).toEqual(list.toSorted(([a, v], [b, w]) => w - v || a - b));
      expect(list.length).toBeGreaterThan(3);
    }
  });

  test('are at most 32 an item', () => {
    const everything = Array.from({ length: 50 }, (_, row) => row);
    const baskets = Array.from({ length: 6 }, (_, i) => basket(`c${i}`, everything, i));
    const neighbors = findNeighbors(baskets, { numItems: 50, minCustomers: 5 });
    expect(listOf(neighbors, 40).map(([row]) => row)).toEqual(everything.slice(0, 32));
  });

  test('reach over two orders of a customer and not over three', () => {
    const chains = Array.from({ length: 6 }, (_, i) =>
      [3, 4, 5, 6].map((row, order) => basket(`c${i}`, [row], 10 * i + order)),
    ).flat();
    const neighbors = findNeighbors(chains, { numItems: 7, minCustomers: 5 });
    expect(listOf(neighbors, 3).map(([row]) => row)).toEqual([4, 5]);
  });
});
