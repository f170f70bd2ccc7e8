import { expect, test } from 'vitest';
import { pickItems } from '#trainer/pick-items.ts';
import { basket, datasetOf } from './dataset-fixture.ts';

test('a picked dataset has the items in the order given, and orders of those alone', () => {
  const dataset = datasetOf(5, [basket('ann', [0, 3, 4], 1), basket('bob', [2], 2), basket('cleo', [4, 1], 3)]);
  const picked = pickItems(dataset, [4, 3, 1]);
  expect(picked.items).toEqual([4, 3, 1].map((row) => dataset.items[row]));
  expect(picked.baskets).toEqual([
    { ...dataset.baskets[0], rows: [1, 0] },
    { ...dataset.baskets[2], rows: [0, 2] },
  ]);
});
