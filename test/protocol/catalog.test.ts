import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { BundleItemSchema, CatalogItemSchema, ItemCardSchema } from '#protocol/catalog.ts';

const CARD = {
  id: 'mug-3',
  title: 'Blue mug',
  url: '/item/mug-3',
  imageUrl: 'https://pictures.example/mug-3.webp?w=300',
  priceCents: 1250,
  currency: 'EUR',
};
const ROW = { ...CARD, categories: ['Kitchen/Mugs'], attributes: { color: 'blue' }, stock: 'low' };

describe('an item card', () => {
  test('is read with what a card needs to be drawn and nothing else', () => {
    expect(v.parse(ItemCardSchema, { ...ROW, description: 'Long text' })).toEqual(CARD);
  });

  test('is read with the space around its title taken off', () => {
    expect(v.parse(ItemCardSchema, { ...CARD, title: '  Blue mug ' }).title).toBe('Blue mug');
  });

  test.each(['/p/7', 'http://shop.example/p', 'https://shop.example'])('may link to %j', (url) => {
    expect(v.is(ItemCardSchema, { ...CARD, url, imageUrl: url })).toBe(true);
  });

  test.each([
    'javascript:alert(7)',
    'JAVASCRIPT:alert(7)',
    'data:text/html,x',
    '//evil.example/p',
    'p/7',
    'https:///p',
    'https://shop.example/a b',
    '\u0000/p',
    `/${'p'.repeat(2048)}`,
    '',
  ])('never links to %j', (link) => {
    expect(v.is(ItemCardSchema, { ...CARD, url: link })).toBe(false);
    expect(v.is(ItemCardSchema, { ...CARD, imageUrl: link })).toBe(false);
  });

  test.each([
    ['an empty title', { title: ' ' }],
    ['half a cent', { priceCents: 12.5 }],
    ['a price below zero', { priceCents: -3 }],
    ['a currency sign', { currency: '€' }],
    ['no id', { id: undefined }],
  ])('never has %s', (_, overrides) => {
    expect(v.is(ItemCardSchema, { ...CARD, ...overrides })).toBe(false);
  });
});

test('the bundle ships a catalog row without the long text that only training reads', () => {
  const item = { ...ROW, description: 'Holds 300 ml.' };
  expect(v.parse(CatalogItemSchema, item)).toEqual(item);
  expect(v.parse(BundleItemSchema, item)).toEqual(ROW);
});
