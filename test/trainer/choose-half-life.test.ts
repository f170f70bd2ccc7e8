import { describe, expect, test } from 'vitest';
import { chooseHalfLife } from '#trainer/choose-half-life.ts';
import { CONFIG } from '#trainer/config.ts';
import type { Basket } from '#trainer/dataset.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { basket, DAY_MS } from './dataset-fixture.ts';

const NUM_ITEMS = 40;
const NUM_DAYS = 256;
const OPTIONS = { numItems: NUM_ITEMS, minCustomers: 2 };

/** Every day ten customers order one item: of a fashion that lasts `fashionDays`, or of the usual ones. */
function ordersWith(rowOf: (day: number, customer: number) => number): Basket[] {
  return Array.from({ length: NUM_DAYS + 1 }, (_, day) =>
    Array.from({ length: 10 }, (_, customer) => basket(`c${customer}`, [rowOf(day, customer)], day)),
  ).flat();
}
const caseFor = (row: number): TestCase => ({ customer: 'ann', events: [], targets: [row], hasHistory: false });

describe('the half-life', () => {
  const fashion = (day: number) => Math.floor(day / 16) % NUM_ITEMS;

  test('is short where the next orders are of the latest fashion', () => {
    const before = ordersWith((day, customer) => (customer < 3 ? fashion(day) : 39));
    const halfLifeMs = chooseHalfLife({ before, cases: [caseFor(fashion(NUM_DAYS))] }, OPTIONS);
    expect(halfLifeMs).toBeLessThanOrEqual((NUM_DAYS / 32) * DAY_MS);
    expect(halfLifeMs).toBeGreaterThanOrEqual((NUM_DAYS / 128) * DAY_MS);
  });

  test('is long where the next orders are of what sold before the latest fashions', () => {
    const before = ordersWith((day, customer) => {
      const usual = customer < 5 ? 7 : 8;
      return day < NUM_DAYS / 2 ? usual : 10 + ((2 * day + customer) % 20);
    });
    expect(chooseHalfLife({ before, cases: [caseFor(7)] }, OPTIONS)).toBeGreaterThanOrEqual((NUM_DAYS / 8) * DAY_MS);
  });

  test.each([
    ['without cases', ordersWith(() => 3), []],
    ['in a log of a single moment', [basket('ann', [3]), basket('bob', [3])], [caseFor(3)]],
    ['in an empty log', [], [caseFor(3)]],
  ])('is the usual one %s', (_, before, cases) => {
    expect(chooseHalfLife({ before, cases }, OPTIONS)).toBe(CONFIG.recentHalfLifeDays * DAY_MS);
  });

  test('is that of the shares of the log’s time that come first where all do as well', () => {
    expect(chooseHalfLife({ before: ordersWith(() => 3), cases: [caseFor(3)] }, OPTIONS)).toBe(
      (NUM_DAYS / 128) * DAY_MS,
    );
  });
});
