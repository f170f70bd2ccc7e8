import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeTestCases, sampleCases, splitByTime, timeOfLatestShare } from '#trainer/test-cases.ts';
import { basket, DAY_MS, datasetOf, START_MS } from './dataset-fixture.ts';

const BASKETS = [
  basket('ann', [4, 2], 0),
  basket('bob', [6], 3),
  basket('ann', [1, 5, 7], 8),
  basket('bob', [3, 4, 2, 6], 9),
  basket('cem', [2], 9),
  basket('ann', [6, 3], 12),
];
const dayMs = (day: number) => START_MS + day * DAY_MS;
const purchase = (row: number, day: number) => ({ kind: 'purchase', itemId: `item-${row}`, atMs: dayMs(day) });

describe('test cases', () => {
  const cases = makeTestCases(datasetOf(8, BASKETS), dayMs(8));

  test('ask for the second half of each later order of two items or more', () => {
    expect(cases.map(({ customer, targets }) => [customer, targets])).toEqual([
      ['ann', [5, 7]],
      ['bob', [2, 6]],
      ['ann', [3]],
    ]);
  });

  test('tell all that the customer ordered before, and the first half of the order itself', () => {
    expect(cases[0]?.events).toEqual([purchase(4, 0), purchase(2, 0), purchase(1, 8)]);
    expect(cases[1]?.events).toEqual([purchase(6, 3), purchase(3, 9), purchase(4, 9)]);
    expect(cases[2]?.events).toEqual([
      purchase(4, 0),
      purchase(2, 0),
      purchase(1, 8),
      purchase(5, 8),
      purchase(7, 8),
      purchase(6, 12),
    ]);
  });

  test('say whether the customer had ordered before', () => {
    const newcomer = makeTestCases(datasetOf(8, [basket('dee', [4, 2], 5)]), dayMs(2));
    expect([...cases, ...newcomer].map(({ hasHistory }) => hasHistory)).toEqual([true, true, true, false]);
  });

  test('tell the last 200 events of a long history', () => {
    const orders = Array.from({ length: 120 }, (_, day) => basket('eli', [day % 8, (day + 3) % 8], day));
    const last = makeTestCases(datasetOf(8, orders), dayMs(0)).at(-1);
    expect(last?.events).toHaveLength(200);
    expect(last?.events.at(-1)).toEqual(purchase(119 % 8, 119));
  });
});

describe('a split by time', () => {
  test('puts an order of the very moment after it', () => {
    const { before, after } = splitByTime(BASKETS, dayMs(9));
    expect(before).toEqual(BASKETS.slice(0, 3));
    expect(after).toEqual(BASKETS.slice(3));
  });

  test.each([
    [0.5, 9],
    [0.2, 9],
    [0.17, 9],
    [0.16, 12],
    [0.9, 0],
  ])('leaves the latest %d of the orders from day %d on', (share, day) => {
    expect(timeOfLatestShare(BASKETS, share)).toBe(dayMs(day));
  });
});

describe('a sample of cases', () => {
  const cases = makeTestCases(
    datasetOf(
      8,
      Array.from({ length: 40 }, (_, day) => basket(`customer ${day}`, [2, 5], day)),
    ),
    dayMs(0),
  );

  test('is a choice without repeats, the same for the same seed', () => {
    const sample = sampleCases(cases, 15, seededRandom(261));
    expect(new Set(sample.map(({ customer }) => customer)).size).toBe(15);
    expect(sampleCases(cases, 15, seededRandom(261))).toEqual(sample);
    expect(sampleCases(cases, 15, seededRandom(262))).not.toEqual(sample);
  });

  test('is all of them when more are asked for', () => {
    const byCustomer = (a: { customer: string }, b: { customer: string }) => a.customer.localeCompare(b.customer);
    expect(sampleCases(cases, 900, seededRandom(263)).sort(byCustomer)).toEqual(cases.toSorted(byCustomer));
  });
});
