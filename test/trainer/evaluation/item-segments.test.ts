import { describe, expect, test } from 'vitest';
import { brandSegments, popularityDeciles, priceQuintiles } from '#trainer/evaluation/item-segments.ts';

describe('popularity deciles', () => {
  test('are tenths of the items, the least sold first', () => {
    const sales = Array.from({ length: 40 }, (_, row) => (row * 7) % 40);
    const { labels, segmentOf } = popularityDeciles(sales);
    expect([...segmentOf]).toEqual(sales.map((count) => Math.floor(count / 4)));
    expect([labels.length, labels[0], labels[9]]).toEqual([10, '1 (least sold)', '10 (most sold)']);
  });

  test('keep items that sold alike together, where the middle one of them is', () => {
    // 12 of 20 sold nothing: ranks 0 … 11, their middle at 6 of 20.
    const sales = [0, 0, 0, 5, 0, 0, 0, 9, 6, 0, 0, 0, 7, 8, 0, 0, 0, 10, 11, 12];
    const deciles = popularityDeciles(sales).segmentOf;
    expect(new Set(deciles.filter((_, row) => sales[row] === 0))).toEqual(new Set([3]));
    expect([5, 6, 7, 8, 9, 10, 11, 12].map((count) => deciles[sales.indexOf(count)])).toEqual([6, 6, 7, 7, 8, 8, 9, 9]);
  });

  test('of items that all sold alike are the middle one', () => {
    expect([...popularityDeciles([3, 3, 3]).segmentOf]).toEqual([5, 5, 5]);
  });
});

test('price quintiles are fifths of the items, the cheapest first', () => {
  const items = [900, 150, 720, 310, 480, 990, 205, 640, 330, 560].map((priceCents) => ({ priceCents }));
  const { labels, segmentOf } = priceQuintiles(items);
  expect([...segmentOf]).toEqual([4, 0, 3, 1, 2, 4, 0, 3, 1, 2]);
  expect(labels).toHaveLength(5);
});

describe('brand segments', () => {
  const branded = (brand: string) => ({ attributes: { brand } });

  test('are the brands that sell best, then others, then none', () => {
    const brands = Array.from({ length: 12 }, (_, i) => `brand ${i}`);
    const items = [...brands.map(branded), { attributes: {} }, branded('brand 3')];
    const sales = [5, 9, 2, 4, 30, 31, 32, 33, 34, 35, 36, 37, 50, 4];
    const { labels, segmentOf } = brandSegments(items, sales);
    expect(labels).toEqual([...[11, 10, 9, 8, 7, 6, 5, 4, 1, 3].map((i) => `brand ${i}`), 'other brands', 'no brand']);
    expect([...segmentOf].map((segment) => labels[segment])).toEqual([
      'other brands',
      'brand 1',
      'other brands',
      'brand 3',
      ...brands.slice(4),
      'no brand',
      'brand 3',
    ]);
  });

  test('that sell alike stand by name', () => {
    expect(brandSegments([branded('b'), branded('a')], [6, 6]).labels.slice(0, 2)).toEqual(['a', 'b']);
  });
});
