import { expect } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import type { Basket } from '#trainer/dataset.ts';
import { type BaselineLog, makeBaselineLog } from '#trainer/evaluation/baseline-log.ts';
import type { Random } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { basket, DAY_MS, datasetOf, START_MS } from '../dataset-fixture.ts';

export const NUM_ITEMS = 13;

export function logOf(baskets: readonly Basket[], numItems = NUM_ITEMS): BaselineLog {
  return makeBaselineLog(datasetOf(numItems, baskets));
}

/** A case after these baskets, a day apart. Reading its answer throws: no recommender may. */
export function caseAfter(...baskets: readonly (readonly number[])[]): TestCase {
  return {
    customer: 'dee',
    events: baskets.flatMap((rows, day) =>
      rows.map((row) => ({
        kind: 'view' as const,
        itemId: `item-${row}` as ItemId,
        atMs: START_MS + (900 + day) * DAY_MS,
      })),
    ),
    get targets(): never {
      throw new Error('expected a recommender not to read the answer');
    },
    hasHistory: true,
  };
}

/** A case after these events, one basket each. */
export function caseAfterEvents(rows: readonly number[]): TestCase {
  return caseAfter(...rows.map((row) => [row]));
}

/** Customers' events one by one, several customers at a time; items come again. */
export function randomEvents(random: Random, numEvents: number): Basket[] {
  return Array.from({ length: numEvents }, (_, day) => {
    const customer = `customer ${Math.floor(day / 25)}-${Math.floor(random() * 5)}`;
    return basket(customer, [Math.floor(NUM_ITEMS * random() ** 2)], day);
  });
}

/** Each customer's rows, customers by their last basket: sessions as plainly as can be. */
export function sessionsByEnd(baskets: readonly Basket[]): { rows: number[]; endMs: number }[] {
  const byCustomer = Map.groupBy(baskets, ({ customer }) => customer);
  return Array.from(byCustomer.values(), (own) => ({
    rows: own.flatMap(({ rows }) => rows),
    endMs: own.at(-1)?.atMs as number,
  })).sort((a, b) => a.endMs - b.endMs);
}

/** Sums as a baseline tells them: each by the largest, plus 10⁻⁵ of log-scaled popularity. */
export function scoresOf(sums: readonly number[], baskets: readonly Basket[]): number[] {
  const popularity = sums.map((_, row) => baskets.filter(({ rows }) => rows.includes(row)).length);
  const best = Math.max(...sums) || 1;
  return sums.map(
    (sum, row) =>
      sum / best + (1e-5 * Math.log(1 + (popularity[row] as number))) / Math.log(1 + Math.max(...popularity)),
  );
}

/** Within what float32 can tell, well below the share that popularity adds. */
export function expectScores(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((score, row) => {
    expect(actual[row], `score of row ${row}`).toBeCloseTo(score, 6);
  });
}
