import { describe, expect, test } from 'vitest';
import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';
import type { Basket } from '#trainer/dataset.ts';
import { findNeighbors, type NeighborSettings, neighborFinder } from '#trainer/neighbor-lists.ts';
import { repeatRates } from '#trainer/repeat-rates.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TextNeighbors } from '#trainer/text-neighbors.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import { basket, randomBaskets } from './dataset-fixture.ts';

const SETTINGS: NeighborSettings = {
  distanceDecay: 0.7,
  backward: 0.6,
  popularityPower: 0.4,
  recency: 1.5,
  shrink: 0.3,
  textShare: 0.2,
  wordShare: 0.3,
};
/** Pairs count by what they are, and lists add up to 1. */
const PLAIN: NeighborSettings = {
  distanceDecay: 1,
  backward: 1,
  popularityPower: 0,
  recency: 0,
  shrink: 0,
  textShare: 0.2,
  wordShare: 0.3,
};

interface Options {
  readonly numItems: number;
  readonly minCustomers: number;
  readonly settings?: Partial<NeighborSettings>;
  readonly texts?: TextNeighbors;
  readonly words?: TextNeighbors;
}

function neighborsOf(baskets: readonly Basket[], { numItems, minCustomers, settings, ...nearest }: Options): Neighbors {
  const sources = { log: visitLogOf(baskets, numItems), ...nearest };
  return findNeighbors(sources, { minCustomers, settings: { ...PLAIN, ...settings } });
}

/** The list of one item, `[row, weight]` each, weights as they ship: 255 times their root. */
function listOf({ offsets, rows, weights }: Neighbors, row: number): [number, number][] {
  const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
  return Array.from(rows.slice(start, end), (neighbor, i) => [neighbor, weights[start + i] as number]);
}

/** Without the item itself, weights as they are read, 0…1. */
function othersOf(neighbors: Neighbors, row: number): [number, number][] {
  return listOf(neighbors, row)
    .filter(([other]) => other !== row)
    .map(([other, byte]) => [other, (byte / 255) ** 2]);
}
const rowsIn = (list: readonly [number, number][]) => list.map(([row]) => row);

/** Every pair of one visit, the item itself first; a basket is a visit. */
function pairsOf(baskets: readonly Basket[], row: number) {
  const [firstMs, lastMs] = [baskets[0]?.atMs ?? 0, baskets.at(-1)?.atMs ?? 0];
  return baskets.flatMap(({ rows, customer, atMs }) =>
    rows.flatMap((own, i) =>
      own !== row
        ? []
        : rows.flatMap((other, j) => {
            const age = (atMs - firstMs) / (lastMs - firstMs);
            return other === row ? [] : [{ other, customer, age, apart: j - i }];
          }),
    ),
  );
}

/** Weights before rounding, by row, as the documentation words them. */
function slowList(baskets: readonly Basket[], row: number, { numItems, minCustomers }: Options): Map<number, number> {
  const count = (item: number) => baskets.flatMap(({ rows }) => rows).filter((other) => other === item).length;
  const together = new Map<number, number>();
  const pairs = pairsOf(baskets, row);
  for (let other = 0; other < numItems; other++) {
    const own = pairs.filter((pair) => pair.other === other);
    if (new Set(own.map(({ customer }) => customer)).size < minCustomers) continue;
    const sum = own.reduce(
      (total, { apart, age }) =>
        total +
        SETTINGS.distanceDecay ** (Math.abs(apart) - 1) *
          (apart > 0 ? 1 : SETTINGS.backward) *
          Math.exp(SETTINGS.recency * (age - 1)),
      0,
    );
    together.set(other, sum / count(other) ** SETTINGS.popularityPower);
  }
  const total = [...together.values()].reduce((sum, value) => sum + value, SETTINGS.shrink);
  return new Map(Array.from(together, ([other, value]) => [other, value / total]));
}

const expectClose = (byte: number | undefined, weight: number) =>
  expect(Math.abs((byte as number) - Math.max(1, 255 * Math.sqrt(weight)))).toBeLessThanOrEqual(0.5 + 1e-6);

describe('neighbors', () => {
  const pairBy = (numCustomers: number, numOrders: number) =>
    Array.from({ length: numCustomers * numOrders }, (_, i) => basket(`c${i % numCustomers}`, [2, 7], i));

  test('of a pair that fewer than k customers made never ship, however often they did, and of k do', () => {
    const withFour = neighborsOf(pairBy(4, 30), { numItems: 9, minCustomers: 5 });
    expect([...othersOf(withFour, 2), ...othersOf(withFour, 7)]).toEqual([]);
    const withFive = neighborsOf(pairBy(5, 2), { numItems: 9, minCustomers: 5 });
    expect(rowsIn(othersOf(withFive, 2))).toEqual([7]);
    expect(rowsIn(othersOf(withFive, 7))).toEqual([2]);
  });

  test('are exactly the pairs that enough different customers made, weighed as documented', () => {
    const options = { numItems: 16, minCustomers: 5 };
    const baskets = randomBaskets(seededRandom(271), { numBaskets: 120, numItems: 16, numCustomers: 14 });
    const neighbors = neighborsOf(baskets, { ...options, settings: SETTINGS });
    let numShipped = 0;
    for (let row = 0; row < 16; row++) {
      const expected = slowList(baskets, row, options);
      const list = new Map(listOf(neighbors, row).filter(([other]) => other !== row));
      expect(new Set(list.keys())).toEqual(new Set(expected.keys()));
      for (const [other, weight] of expected) expectClose(list.get(other), weight);
      numShipped += list.size;
    }
    expect(numShipped).toBeGreaterThan(20);
    expect(numShipped).toBeLessThan(16 * 15 - 20);
  });

  test('come strongest first, of equal ones the lower row, the item itself among them', () => {
    const baskets = randomBaskets(seededRandom(273), { numBaskets: 90, numItems: 12, numCustomers: 9 });
    const neighbors = neighborsOf(baskets, { numItems: 12, minCustomers: 2, settings: SETTINGS });
    for (let row = 0; row < 12; row++) {
      const list = listOf(neighbors, row);
      expect(list.map(([, byte]) => byte)).toEqual(list.map(([, byte]) => byte).toSorted((a, b) => b - a));
      expect(list.length).toBeGreaterThan(3);
      expect(rowsIn(list)).toContain(row);
    }
    const alike = Array.from({ length: 5 }, (_, i) => basket(`c${i}`, [3, 8, 1], i));
    expect(rowsIn(othersOf(neighborsOf(alike, { numItems: 9, minCustomers: 5 }), 8))).toEqual([1, 3]);
  });

  test('are at most 32 an item, the item itself included where it is had again', () => {
    const everything = Array.from({ length: 50 }, (_, row) => row);
    const once = Array.from({ length: 6 }, (_, i) => basket(`c${i}`, everything, i));
    const list = listOf(neighborsOf(once, { numItems: 50, minCustomers: 5 }), 40);
    expect(rowsIn(list)).toEqual(everything.slice(0, MAX_NEIGHBORS));
    const twice = [...once, ...once.map((order) => ({ ...order, atMs: order.atMs + 1e9 }))];
    const again = listOf(neighborsOf(twice, { numItems: 50, minCustomers: 5 }), 40);
    expect(again).toHaveLength(MAX_NEIGHBORS);
    expect(rowsIn(again)).toContain(40);
  });

  test('behind an item count less than those before it where backward is below 1', () => {
    const orders = Array.from({ length: 6 }, (_, i) => basket(`c${i}`, [3, 4, 5], i));
    const weigh = (backward: number) =>
      Object.fromEntries(othersOf(neighborsOf(orders, { numItems: 6, minCustomers: 5, settings: { backward } }), 4));
    expect(weigh(1)[3]).toBe(weigh(1)[5]);
    expect((weigh(0.25)[3] as number) / (weigh(0.25)[5] as number)).toBeCloseTo(0.25, 2);
    expect(weigh(0)[3]).toBeUndefined();
  });

  test('of late count more where recency is above 0', () => {
    const orders = Array.from({ length: 12 }, (_, i) => basket(`c${i}`, i < 6 ? [3, 4] : [3, 5], i));
    const weigh = (recency: number) =>
      Object.fromEntries(othersOf(neighborsOf(orders, { numItems: 6, minCustomers: 5, settings: { recency } }), 3));
    expect(weigh(0)[4]).toBe(weigh(0)[5]);
    // Six days of eleven later, each.
    expect((weigh(1.4)[4] as number) / (weigh(1.4)[5] as number)).toBeCloseTo(Math.exp((-1.4 * 6) / 11), 2);
  });

  test('with much evidence count more than those with little where shrink is above 0', () => {
    const weigh = (numCustomers: number, shrink: number) =>
      othersOf(neighborsOf(pairBy(numCustomers, 1), { numItems: 9, minCustomers: 5, settings: { shrink } }), 2)[0]?.[1];
    expect(weigh(5, 0)).toBe(1);
    expect(weigh(5, 3)).toBeCloseTo(5 / 8, 2);
    expect(weigh(17, 3)).toBeCloseTo(17 / 20, 2);
  });

  test('that are everywhere count less where the popularity’s power is above 0', () => {
    const orders = Array.from({ length: 8 }, (_, i) => basket(`c${i}`, [3, 4], i)).concat(
      Array.from({ length: 8 }, (_, i) => basket(`c${i}`, [3, 5], 20 + i)),
      Array.from({ length: 24 }, (_, i) => basket(`d${i}`, [4], 40 + i)),
    );
    const weigh = (popularityPower: number) =>
      Object.fromEntries(
        othersOf(neighborsOf(orders, { numItems: 6, minCustomers: 5, settings: { popularityPower } }), 3),
      );
    expect(weigh(0)[4]).toBe(weigh(0)[5]);
    // Item 4 occurs 32 times, item 5 eight times.
    expect((weigh(0.5)[4] as number) / (weigh(0.5)[5] as number)).toBeCloseTo((8 / 32) ** 0.5, 2);
  });

  test.each([
    [0.5, 6], // 0.5^5 is above 2 %, 0.5^6 below
    [0.9, 38],
    [1, 60],
    [0, 1],
  ])('with a distance decay of %d reach %d events far and no further', (distanceDecay, reach) => {
    const long = Array.from({ length: 200 }, (_, row) => row);
    const orders = Array.from({ length: 3 }, (_, i) => basket(`c${i}`, long, i));
    // A list holds 32: asked in turn, the item that far and the next one out of reach.
    const findIn = (rows: readonly number[]) =>
      neighborsOf(
        orders.map((order) => ({ ...order, rows: long.map((row) => (rows.includes(row) ? row : 199)) })),
        { numItems: 200, minCustomers: 3, settings: { distanceDecay } },
      );
    expect(rowsIn(othersOf(findIn([70, 70 + reach]), 70))).toContain(70 + reach);
    expect(rowsIn(othersOf(findIn([70, 70 - reach]), 70))).toContain(70 - reach);
    expect(rowsIn(othersOf(findIn([70, 71 + reach]), 70))).not.toContain(71 + reach);
    expect(rowsIn(othersOf(findIn([70, 69 - reach]), 70))).not.toContain(69 - reach);
  });

  test('are of one visit: orders of different days make no pair', () => {
    const chains = Array.from({ length: 6 }, (_, i) =>
      [3, 4, 5].map((row, order) => basket(`c${i}`, [row], 10 * i + order)),
    ).flat();
    expect(othersOf(neighborsOf(chains, { numItems: 7, minCustomers: 5 }), 3)).toEqual([]);
  });
});

describe('an item’s own entry', () => {
  const baskets = randomBaskets(seededRandom(274), { numBaskets: 120, numItems: 10, numCustomers: 8 });

  test('weighs how often it is had again, to the power of three quarters', () => {
    const log = visitLogOf(baskets, 10);
    const rates = repeatRates(log, 6);
    const neighbors = findNeighbors({ log }, { minCustomers: 6, settings: SETTINGS });
    expect(new Set(rates).size).toBeGreaterThan(3);
    for (const [row, rate] of rates.entries()) expectClose(new Map(listOf(neighbors, row)).get(row), rate ** 0.75);
  });

  test('of an item that fewer than k customers had again is that of one never had', () => {
    // Item 2 is had again by four customers, over and over; item 8 by nobody; the others by many.
    const log = visitLogOf(
      [
        ...baskets.map((order) => ({ ...order, rows: order.rows.filter((row) => row !== 2 && row !== 8).concat(9) })),
        ...Array.from({ length: 40 }, (_, day) => basket(`few ${day % 4}`, [2], 200 + day)),
      ],
      10,
    );
    const neighbors = findNeighbors({ log }, { minCustomers: 5, settings: PLAIN });
    const ownByte = (row: number) => new Map(listOf(neighbors, row)).get(row);
    expect(ownByte(2)).toBe(ownByte(8));
    expect(ownByte(9)).not.toBe(ownByte(8));
  });

  test('is missing where nobody had anything again', () => {
    const once = Array.from({ length: 6 }, (_, i) => basket(`c${i}`, [2, 7], i));
    expect(rowsIn(listOf(neighborsOf(once, { numItems: 9, minCustomers: 5 }), 2))).toEqual([7]);
  });
});

describe('texts', () => {
  /** Item 2 is like 3 and a little like 0, item 5 like 2. */
  const TEXTS: TextNeighbors = {
    count: 2,
    rows: Uint32Array.from([1, 2, 0, 2, 3, 0, 2, 1, 0, 1, 2, 0]),
    cosines: Float32Array.from([0, 0, 0, 0, 0.9, 0.5, 0, 0, 0, 0, 0.8, 0]),
  };
  const orders = Array.from({ length: 6 }, (_, i) => basket(`c${i}`, [2, 3], i));

  test('give an item that nobody had a place beside those that are like it', () => {
    const neighbors = neighborsOf(orders, { numItems: 6, minCustomers: 5, texts: TEXTS });
    expect(rowsIn(listOf(neighbors, 5))).toEqual([2]);
    expectClose(listOf(neighbors, 5)[0]?.[1], 0.2 * 0.8 ** 4);
    expect(listOf(neighbors, 4)).toEqual([]);
  });

  test('add to what was had together, by the fourth power of their cosine', () => {
    const neighbors = neighborsOf(orders, { numItems: 6, minCustomers: 5, texts: TEXTS, settings: { shrink: 6 } });
    const list = new Map(listOf(neighbors, 2));
    expectClose(list.get(3), 6 / 12 + 0.2 * 0.9 ** 4);
    expectClose(list.get(0), 0.2 * 0.5 ** 4);
  });

  test('add what shared words say, by their cosine', () => {
    const settings = { shrink: 6 };
    const neighbors = neighborsOf(orders, { numItems: 6, minCustomers: 5, texts: TEXTS, words: TEXTS, settings });
    const list = new Map(listOf(neighbors, 2));
    expectClose(list.get(3), 6 / 12 + 0.2 * 0.9 ** 4 + 0.3 * 0.9);
    expectClose(list.get(0), 0.2 * 0.5 ** 4 + 0.3 * 0.5);
  });

  test('say nothing of a pair that fewer than k customers made but their likeness', () => {
    const withFew = neighborsOf(orders.slice(0, 4), { numItems: 6, minCustomers: 5, texts: TEXTS });
    expect(withFew).toEqual(neighborsOf([], { numItems: 6, minCustomers: 5, texts: TEXTS }));
  });
});

test('a finder gives the lists that are asked for, as for all, and leaves the others empty', () => {
  const baskets = randomBaskets(seededRandom(275), { numBaskets: 60, numItems: 12, numCustomers: 9 });
  const sources = { log: visitLogOf(baskets, 12) };
  const find = neighborFinder(sources, 2);
  const all = findNeighbors(sources, { minCustomers: 2, settings: SETTINGS });
  find(PLAIN);
  const some = find(SETTINGS, new Set([3, 7]));
  for (let row = 0; row < 12; row++) {
    expect(listOf(some, row)).toEqual(row === 3 || row === 7 ? listOf(all, row) : []);
  }
});
