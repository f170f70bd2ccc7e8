import { expect, test } from 'vitest';
import { customerHistories } from '#trainer/customer-histories.ts';
import { basket, catalogOf, DAY_MS, START_MS } from './dataset-fixture.ts';

const BASKETS = [basket('ann', [2, 5], 1), basket('bob', [3], 2), basket('eve', [0, 4], 3), basket('ann', [7], 4)];

test('a customer’s orders are one history, oldest first; who came last comes first, who had one item not at all', () => {
  const histories = customerHistories({ items: catalogOf(9), baskets: BASKETS });
  expect(histories.map((events) => events.map((event) => 'itemId' in event && event.itemId))).toEqual([
    ['item-2', 'item-5', 'item-7'],
    ['item-0', 'item-4'],
  ]);
  expect(histories[0]?.map(({ kind, atMs }) => [kind, (atMs - START_MS) / DAY_MS])).toEqual([
    ['purchase', 1],
    ['purchase', 1],
    ['purchase', 4],
  ]);
});

test('views stay views', () => {
  const [events] = customerHistories({ items: catalogOf(9), baskets: BASKETS, eventKind: 'view' });
  expect(events?.map(({ kind }) => kind)).toEqual(['view', 'view', 'view']);
});
