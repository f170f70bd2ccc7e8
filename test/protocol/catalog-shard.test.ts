import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '#protocol/bytes.ts';
import type { BundleItem } from '#protocol/catalog.ts';
import { CatalogShard } from '#protocol/catalog-shard.ts';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import type { ItemId } from '#protocol/ids.ts';
import { expectReadOrRefused } from './hostile-bytes.ts';

function lampOf(row: number, overrides: Partial<BundleItem> = {}): BundleItem {
  const id = `L-${1000 + 7 * row}`;
  return {
    id: id as ItemId,
    title: `${row % 3 === 0 ? 'Brass' : 'Glass'} lamp number ${row}`,
    url: `https://lamps.example/item/${id}`,
    imageUrl: `/pictures/${row % 5}/${id}.webp?w=300`,
    priceCents: 1999 + 350 * row,
    currency: 'EUR',
    categories: row % 2 === 0 ? ['Light/Lamps', 'New'] : ['Light'],
    attributes: { color: row % 4 === 0 ? 'gold' : 'grün', maker: `maker ${row}` },
    stock: (['in', 'low', 'out'] as const)[row % 3] as BundleItem['stock'],
    ...overrides,
  };
}

/** What four steps check, and a part of a fifth. */
const LAMPS = Array.from({ length: 39 }, (_, row) => lampOf(row));

/** The shard of some items, checked. */
function open(bytes: Uint8Array, rows: number): CatalogShard {
  const shard = new CatalogShard(bytes, rows);
  for (const _ of shard.check(() => {}));
  return shard;
}
const openItems = (items: readonly BundleItem[]) => open(encodeCatalogShard(items), items.length);

describe('a catalog shard', () => {
  test('gives back each item, whichever is asked for first', () => {
    const shard = openItems(LAMPS);
    for (const row of [38, 0, 17, 16, 15, 31, 32, 5]) expect(shard.itemAt(row)).toEqual(LAMPS[row]);
  });

  test('tells an item’s stock by itself', () => {
    const shard = openItems(LAMPS);
    for (const row of [0, 16, 37]) expect(shard.stockOf(row)).toBe(LAMPS[row]?.stock);
  });

  test('tells the items as it is checked, rows in order, and has as many rows by then', () => {
    const found: [number, BundleItem, number][] = [];
    const shard = new CatalogShard(encodeCatalogShard(LAMPS), LAMPS.length);
    for (const _ of shard.check((item, row) => found.push([row, item, shard.rows])));
    expect(found).toEqual(LAMPS.map((item, row) => [row, item, row + 1]));
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '茶', '😀', '-'), minLength: 1, maxLength: 4 });
  const path = fc.array(word, { maxLength: 3 }).map((parts) => parts.join('/'));
  const anyItem: fc.Arbitrary<BundleItem> = fc.record({
    id: word.map((id) => id as ItemId),
    title: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
    url: path.map((rest) => `/p${rest}`),
    imageUrl: path.map((rest) => `https://x${rest}.jpg`),
    priceCents: fc.maxSafeNat(),
    currency: fc.constantFrom('EUR', 'USD'),
    categories: fc.array(path, { maxLength: 3 }),
    attributes: fc.dictionary(word, word, { maxKeys: 3, noNullPrototype: true }),
    stock: fc.constantFrom('in', 'low', 'out'),
  });

  test('comes back as the items it was written from', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 40 }), (items) => {
        const shard = openItems(items);
        expect(items.map((_, row) => shard.itemAt(row))).toEqual(items);
      }),
      { seed: 67 },
    );
  });

  test('leaves the space around a title out', () => {
    expect(openItems([lampOf(3, { title: ' Two  spaces ' })]).itemAt(0).title).toBe('Two  spaces');
  });

  test('has a space for each control character of what is shown, and no character of private use', () => {
    const odd = { title: 'Two\nlines\uE005', categories: ['A\tB', 'C\vD'], attributes: { 'a\rb': '\uF8FFgold\v' } };
    const even = { title: 'Two lines', categories: ['A B', 'C D'], attributes: { 'a b': 'gold ' } };
    expect(openItems([lampOf(3), lampOf(4, odd)]).itemAt(1)).toEqual(lampOf(4, even));
  });

  test('has characters of private use in links percent-encoded', () => {
    const { url, imageUrl } = openItems([lampOf(3, { url: '/p/\uE000', imageUrl: '/\uE001/p.png' })]).itemAt(0);
    expect([url, imageUrl]).toEqual(['/p/%EE%80%80', '/%EE%80%81/p.png']);
  });
});

describe('a catalog shard is refused', () => {
  const refused = expect.objectContaining({ code: 'catalog-invalid' });

  test.each<[string, Partial<BundleItem>]>([
    ['a link that would run script', { url: 'javascript:alert(7)' }],
    ['a picture from anywhere', { imageUrl: '//evil.example/p.png' }],
    ['a link with a control character', { url: '/p/\u0003' }],
    ['no title', { title: '  ' }],
    ['a title of 501 characters', { title: 'x'.repeat(501) }],
    ['a currency sign', { currency: '€' }],
    ['an id that starts with a space', { id: ' 7' as ItemId }],
  ])('with %s', (_, overrides) => {
    const items = LAMPS.with(33, lampOf(33, overrides));
    expect(() => openItems(items)).toThrow(refused);
  });

  test('with a phrase that would fill the memory', () => {
    const phrase = 'x'.repeat(1 << 20);
    const line = `L-1\tLamp\t/\t/\t7\tEUR\t${'\uE000'.repeat(1 << 20)}`;
    expect(() => open(concatBytes(Uint8Array.of(0), utf8(`${phrase}\n${line}\n`)), 1)).toThrow(refused);
  });

  test('with a link that would fill the memory', () => {
    const line = `L-1\t${'x'.repeat(500)}\t/${'\u0002'.repeat(1 << 23)}\t/\t7\tEUR`;
    expect(() => open(concatBytes(Uint8Array.of(0), utf8(`\n${line}\n`)), 1)).toThrow(refused);
  });

  test('before it is written, with an item of too much text', () => {
    const attributes = { care: 'wipe '.repeat(50_000) };
    expect(() => encodeCatalogShard([lampOf(3, { attributes })])).toThrow('expected shorter texts, got item L-1021');
  });

  test('for another number of rows', () => {
    const bytes = encodeCatalogShard(LAMPS);
    expect(() => open(bytes, 38)).toThrow(refused);
    expect(() => open(bytes, 40)).toThrow(refused);
    expect(() => open(bytes, 2 ** 32)).toThrow(refused);
  });
});

test('a damaged shard is refused as it comes, or can be read later', () => {
  const items = LAMPS.slice(0, 18);
  expectReadOrRefused(
    encodeCatalogShard(items),
    (bytes) => {
      const shard = open(bytes, items.length);
      items.forEach((_, row) => {
        shard.itemAt(row);
      });
    },
    'catalog-invalid',
  );
});
