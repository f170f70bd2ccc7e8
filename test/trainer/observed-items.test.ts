import { expect, test } from 'vitest';
import { ObservedItems } from '#trainer/observed-items.ts';

function observe(itemId: string, title: string, priceCents: number) {
  return { orderId: 'o7', customer: 'ann', atMs: 1700, itemId, title, priceCents };
}

test('rows are in order of first appearance', () => {
  const items = new ObservedItems();
  const rows = ['mug', 'vase', 'mug', 'bowl'].map((id) => items.add(observe(id, id, 350)));
  expect(rows).toEqual([0, 1, 0, 2]);
  expect(items.toCatalog('EUR').map(({ id }) => id)).toEqual(['mug', 'vase', 'bowl']);
});

test('an item has its most frequent title that is not empty, and the median of its prices', () => {
  const items = new ObservedItems();
  for (const [title, cents] of [
    ['damaged', 300],
    ['', 900],
    ['', 310],
    ['BLUE MUG', 320],
    ['BLUE MUG', 7000],
  ] as const) {
    items.add(observe('mug', title, cents));
  }
  expect(items.toCatalog('GBP')).toEqual([
    {
      id: 'mug',
      title: 'Blue Mug',
      url: '/item/mug',
      imageUrl: '/pictures/mug.svg',
      priceCents: 320,
      currency: 'GBP',
      categories: [],
      attributes: {},
      stock: 'in',
      description: '',
    },
  ]);
});

test('an even number of prices has the mean of the middle two', () => {
  const items = new ObservedItems();
  for (const cents of [1000, 205, 300, 100]) items.add(observe('mug', 'Mug', cents));
  expect(items.toCatalog('EUR')[0]?.priceCents).toBe(253);
});

test('an item that never had a title is called by its id, and addresses are encoded', () => {
  const items = new ObservedItems();
  items.add(observe('käse 7/8', '', 450));
  expect(items.toCatalog('EUR')[0]).toMatchObject({
    title: 'käse 7/8',
    url: '/item/k%C3%A4se%207%2F8',
    imageUrl: '/pictures/k%C3%A4se%207%2F8.svg',
  });
});
