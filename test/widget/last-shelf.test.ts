import { beforeEach, expect, test, vi } from 'vitest';
import type { KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { type LastShelf, readLastShelf, storeLastShelf, toLastShelf } from '#widget/last-shelf.ts';
import type { ShelfCard } from '#widget/shelf-state.ts';
import { shopItem } from './published-shop.ts';

const SHOP = 'corner-shop' as ShopId;
const KEY = 'k'.repeat(43) as KeyFingerprint;
const NOW_MS = 1_900_000_000_000;

const { id, title, url, imageUrl, currency } = shopItem(7);
const CARD = { id, title, url, imageUrl, priceCents: 12_350, currency };
const CARDS: ShelfCard[] = [
  { ...CARD, reason: { kind: 'bought-with', title: 'Mug' } },
  { ...CARD, reason: { kind: 'earlier' } },
];
const shelf = (record: object = {}): LastShelf => ({
  ...toLastShelf(CARDS, 'de-DE', { publishingKeys: KEY, expiresAtMs: NOW_MS + 7, css: 'a{}' }),
  ...record,
});

const read = () => readLastShelf(SHOP, KEY, NOW_MS);

let stored: Map<string, string>;
beforeEach(() => {
  stored = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, text: string) => void stored.set(name, text),
    removeItem: (name: string) => void stored.delete(name),
  });
});

test('the shelf of the page before comes back with its texts as they were drawn', () => {
  storeLastShelf(SHOP, shelf());
  expect(read()).toEqual(shelf());
  const texts = { price: '123,50\u00a0€', title, url, imageUrl, id };
  expect(read()?.cards).toEqual([
    { ...texts, reason: 'Often bought with Mug' },
    { ...texts, reason: 'From your earlier visits' },
  ]);
});

test.each<[name: string, record: object]>([
  ['another release’s', { format: 4 }],
  ['another key’s', { publishingKeys: 'l'.repeat(43) }],
  ['one that expires now', { expiresAtMs: NOW_MS }],
  ['one whose expiry was not known', { expiresAtMs: 0 }],
])('%s is no shelf', (_, record) => {
  storeLastShelf(SHOP, shelf(record));
  expect(read()).toBeUndefined();
});

test('a shelf takes the place of the one before, and is deleted', () => {
  storeLastShelf(SHOP, shelf());
  storeLastShelf(SHOP, shelf({ css: 'b{}' }));
  expect(read()?.css).toBe('b{}');
  storeLastShelf(SHOP);
  expect(stored.size).toBe(0);
  expect(read()).toBeUndefined();
});

test('storage that is denied stores none, and a full one not even the shelf before', () => {
  storeLastShelf(SHOP, shelf());
  vi.stubGlobal('localStorage', {
    ...localStorage,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  storeLastShelf(SHOP, shelf());
  expect(read()).toBeUndefined();
  vi.stubGlobal('localStorage', undefined);
  expect(() => storeLastShelf(SHOP, shelf())).not.toThrow();
});
