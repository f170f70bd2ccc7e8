import { expect, test } from 'vitest';
import { keepLastShelf, readLastShelf } from '#widget/last-shelf.ts';
import { createMemoryMeta } from '#widget/meta.ts';
import type { ShelfCard } from '#widget/shelf-state.ts';
import { shopItem } from './published-shop.ts';

const { id, title, url, imageUrl, priceCents, currency } = shopItem(7);
const CARD = { id, title, url, imageUrl, priceCents, currency };
const CARDS: ShelfCard[] = [
  { ...CARD, reason: { kind: 'bought-with', title: 'Mug' } },
  { ...CARD, reason: { kind: 'earlier' } },
];

test('the shelf of the page before comes back with its reasons', async () => {
  const meta = createMemoryMeta();
  await keepLastShelf(meta, CARDS);
  expect(await readLastShelf(meta)).toMatchObject(CARDS);
});

test.each([
  ['nothing', undefined],
  ['a list of another shape', [{ title: 'Mug' }]],
  ['a link that would run script', [{ card: { ...CARD, url: 'javascript:alert(1)' }, reason: { kind: 'none' } }]],
  ['a reason of a release to come', [{ card: CARD, reason: { kind: 'worn-with' } }]],
])('%s is no shelf', async (_, record) => {
  const meta = createMemoryMeta();
  await meta.set('last-shelf', record);
  expect(await readLastShelf(meta)).toEqual([]);
});

test('a store that fails holds none', async () => {
  const meta = { ...createMemoryMeta(), get: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
  expect(await readLastShelf(meta)).toEqual([]);
});
