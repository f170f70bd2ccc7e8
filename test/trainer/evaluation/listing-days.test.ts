import { expect, test } from 'vitest';
import { withListingDays } from '#trainer/evaluation/listing-days.ts';
import { basket, DAY_MS, datasetOf, START_MS } from '../dataset-fixture.ts';

const day = (days: number): number => START_MS + days * DAY_MS;

test('an item came into the shop with its first order, or with the cut, but not one that is first ordered behind the last day', () => {
  const dataset = datasetOf(5, [
    basket('ann', [2], 1),
    basket('bob', [2, 0], 4),
    basket('cleo', [3], 12),
    basket('ann', [4], 35),
  ]);
  const items = withListingDays(dataset, { cutMs: day(10), untilMs: day(30) });
  expect(items.map(({ addedAtMs }) => addedAtMs)).toEqual([day(4), day(10), day(1), day(10), undefined]);
});

test('a day that the catalog knows stays', () => {
  const { items, baskets } = datasetOf(2, [basket('ann', [0, 1], 3)]);
  const dated = items.map((item, row) => ({ ...item, addedAtMs: day(2 + 20 * row) }));
  const listed = withListingDays({ items: dated, baskets }, { cutMs: day(10), untilMs: day(30) });
  expect(listed.map(({ addedAtMs }) => addedAtMs)).toEqual([day(2), day(10)]);
});
