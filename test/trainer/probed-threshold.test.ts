import { describe, expect, test } from 'vitest';
import { CONFIG } from '#trainer/config.ts';
import { countItems, measurePopularity } from '#trainer/item-counts.ts';
import { findNeighbors } from '#trainer/neighbor-lists.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import { basket, DAY_MS } from './dataset-fixture.ts';

// What PRIVACY.md calls suppression and not differential privacy: the threshold counts customers, and whoever
// makes up all but one of them reads off whether there was another.

const NUM_ITEMS = 7;
const SETTINGS = {
  distanceDecay: 0.7,
  backward: 0.6,
  popularityPower: 0.4,
  recency: 0.5,
  shrink: 0.3,
  textShare: 0,
  wordShare: 0,
};
/** One real customer had items 2 and 5 together, once. */
const REAL = basket('real', [2, 5], 3);
const fakes = (count: number) => Array.from({ length: count }, (_, fake) => basket(`fake ${fake}`, [2, 5], 10 + fake));

const isShown = (baskets: ReturnType<typeof fakes>): boolean => {
  const log = visitLogOf(baskets, NUM_ITEMS);
  const { offsets, rows } = findNeighbors({ log }, { minCustomers: CONFIG.minCustomers, settings: SETTINGS });
  return rows.slice(offsets[2], offsets[3]).includes(5);
};

describe('a pair of one customer', () => {
  test('is not shown by the lists alone, nor to fewer than four fake customers', () => {
    expect(isShown([REAL])).toBe(false);
    expect(isShown([REAL, ...fakes(3)])).toBe(false);
  });

  test('is told apart by four fake customers: suppression does not hide it from them', () => {
    expect(isShown([REAL, ...fakes(4)])).toBe(true);
    expect(isShown(fakes(4))).toBe(false);
  });

  test('cannot be told apart by five, whose own pair ships whatever the customer did', () => {
    expect(isShown([REAL, ...fakes(5)])).toBe(true);
    expect(isShown(fakes(5))).toBe(true);
  });
});

test('four fake customers see likewise whether a fifth ordered an item, by its popularity', () => {
  const popularityOf = (baskets: ReturnType<typeof fakes>) => {
    const counts = countItems(baskets, NUM_ITEMS);
    const options = { counts, minCustomers: CONFIG.minCustomers, halfLifeMs: 20 * DAY_MS };
    return measurePopularity(baskets, options).longRun[5];
  };
  expect(popularityOf([REAL, ...fakes(4)])).toBeGreaterThan(0);
  expect(popularityOf(fakes(4))).toBe(0);
});
