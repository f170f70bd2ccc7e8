import { expect, test } from 'vitest';
import { BasketCollection } from '#trainer/basket-collection.ts';

function line(orderId: string, customer: string, atMs: number) {
  return { orderId, customer, atMs, itemId: 'mug', title: 'Mug' };
}

test('an order is one basket of distinct rows in the order of its lines, wherever they are', () => {
  const collection = new BasketCollection();
  const wereNew = [
    collection.add(line('o7', 'ann', 5000), 4),
    collection.add(line('o8', 'bob', 3000), 2),
    collection.add(line('o7', 'ann', 4000), 3),
    collection.add(line('o7', 'ann', 6000), 4),
  ];
  expect(wereNew).toEqual([true, true, true, false]);
  expect(collection.toBaskets()).toEqual([
    { customer: 'bob', orderId: 'o8', atMs: 3000, rows: [2] },
    { customer: 'ann', orderId: 'o7', atMs: 4000, rows: [4, 3] },
  ]);
});

test('an order id used by two customers is two baskets', () => {
  const collection = new BasketCollection();
  collection.add(line('o7', 'ann', 5000), 4);
  collection.add(line('o7', 'bob', 5000), 4);
  expect(collection.toBaskets().map(({ customer }) => customer)).toEqual(['ann', 'bob']);
});
