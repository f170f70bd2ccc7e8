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

  test('finds the rows of a category in all shards', () => {
    const rows: number[] = [];
    readBackwards().forEachInCategory('Home/lamp', (row) => rows.push(row));
    expect(rows.sort((a, b) => a - b)).toEqual([...ITEMS.keys()].filter((row) => row % 3 === 1));
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

  test('has a shard only once all of it is checked, and two may be checked at a time', () => {
    const { catalog, take } = createCatalog(50);
    const [first, second] = [take(...placed(0, 20)), take(...placed(20, 30))];
    first.next();
    second.next();
    expect(catalog.rowOf(itemId(3))).toBeUndefined();
    for (const _ of first);
    expect([catalog.rowOf(itemId(3)), catalog.rowOf(itemId(20))]).toEqual([3, undefined]);
    for (const _ of second);
    expect(catalog.rowOf(itemId(20))).toBe(20);
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
