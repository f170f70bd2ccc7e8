import { describe, expect, test } from 'vitest';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import type { ItemId } from '#protocol/ids.ts';
import { createCatalog } from '#widget/catalog.ts';
import { itemId, shopItem } from './published-shop.ts';

const ITEMS = Array.from({ length: 50 }, (_, row) => shopItem(row)); // mug, lamp, chair, mug, …
const placed = (firstRow: number, rows: number, items = ITEMS) =>
  [encodeCatalogShard(items.slice(firstRow, firstRow + rows)), { firstRow, rows }] as const;

/** A catalog whose shards come last first. */
function readBackwards() {
  const { catalog, take } = createCatalog(50);
  for (const shard of [placed(37, 13), placed(20, 17), placed(0, 20)]) for (const _ of take(...shard));
  return catalog;
}

describe('a catalog', () => {
  test('gives every item, title, stock and row, in whatever order its shards came', () => {
    const catalog = readBackwards();
    ITEMS.forEach((item, row) => {
      expect(catalog.itemAt(row)).toEqual(item);
      expect(catalog.titleOf(row)).toBe(item.title);
      expect(catalog.stockOf(row)).toBe(item.stock);
      expect(catalog.rowOf(item.id)).toBe(row);
    });
    expect(catalog.rowOf('item-50' as ItemId)).toBeUndefined();
  });

  test('finds the rows of a category and of those below it, in all shards', () => {
    const rows: number[] = [];
    readBackwards().forEachInCategory('Home/lamp', (row) => rows.push(row));
    expect(rows.sort((a, b) => a - b)).toEqual([...ITEMS.keys()].filter((row) => row % 3 === 1));
    const below: number[] = [];
    readBackwards().forEachInCategory('Home', (row) => below.push(row));
    expect(new Set(below)).toEqual(new Set(ITEMS.keys()));
    readBackwards().forEachInCategory('Ho', () => expect.unreachable('a part of a name is no category'));
  });

  test('says which rows are there, and knows nothing of the others', () => {
    const { catalog, take } = createCatalog(50);
    expect(catalog.hasRow(0)).toBe(false);
    for (const _ of take(...placed(20, 17)));
    expect([19, 20, 36, 37].map(catalog.hasRow)).toEqual([false, true, true, false]);
    expect(catalog.rowOf(itemId(19))).toBeUndefined();
    expect(catalog.rowOf(itemId(20))).toBe(20);
    expect(() => catalog.itemAt(19)).toThrow('expected row 19 to be in the catalog');
  });

  test('has each row once it is checked, and two shards may be checked at a time', () => {
    const { catalog, take } = createCatalog(50);
    const [first, second] = [take(...placed(0, 20)), take(...placed(20, 30))];
    const rowsThere = () => [...ITEMS.keys()].filter(catalog.hasRow);
    for (let step = 0; step < 2; step++) {
      first.next();
      second.next();
    }
    expect(rowsThere()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 23, 24, 25, 26, 27]);
    expect([7, 8, 27, 28].map((row) => catalog.rowOf(itemId(row)))).toEqual([7, undefined, 27, undefined]);
    for (const _ of first);
    for (const _ of second);
    expect(rowsThere()).toEqual([...ITEMS.keys()]);
  });

  test.each([
    ['in one shard', placed(20, 17, ITEMS.with(30, shopItem(25)))],
    ['in two shards', placed(20, 17, ITEMS.with(30, shopItem(5)))],
  ])('is refused with an item twice %s', (_, shard) => {
    const { take } = createCatalog(50);
    for (const _ of take(...placed(0, 20)));
    expect(() => [...take(...shard)]).toThrow(expect.objectContaining({ code: 'catalog-invalid' }));
  });
});
