import { basename } from 'node:path';
import type { Basket, Dataset } from '#trainer/dataset.ts';
import { InputError } from '#trainer/input-error.ts';
import { latestOrders } from '#trainer/latest-orders.ts';
import { makeTestCases, splitByTime } from '#trainer/test-cases.ts';
import { withListingDays } from './listing-days.ts';
import type { EvaluationTask } from './task.ts';

/**
 * Cuts a shop's orders in time: nothing from the date on is seen in training, every later basket is asked
 * for its second half, given its first and what the customer ordered before.
 *
 * @throws {InputError} If the date leaves no orders on one side.
 */
export function orderTask(
  dataset: Dataset,
  { file, testFromMs }: { readonly file: string; readonly testFromMs: number },
): EvaluationTask {
  const { before, after } = splitByTime(dataset.baskets, testFromMs);
  const cases = makeTestCases(dataset, testFromMs);
  if (before.length === 0 || cases.length === 0) {
    const [first, last] = [dataset.baskets.at(0), dataset.baskets.at(-1)].map((basket) => basket && isoDay(basket));
    throw new InputError(
      `expected --test-from to leave orders before it and baskets of two items from it on, got ${before.length} orders before and ${cases.length} such baskets of ${after.length} after ${new Date(testFromMs).toISOString().slice(0, 10)}; the orders run from ${first} to ${last}`,
    );
  }
  const items = withListingDays({ ...dataset, baskets: before }, { cutMs: testFromMs });
  const known = { items, baskets: before };
  return {
    dataset: basename(file),
    protocol: 'orders',
    known,
    selection: latestOrders(known),
    cases,
    excludesSeen: false,
    timeline: { dataset, testFromMs },
  };
}

function isoDay({ atMs }: Basket): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
