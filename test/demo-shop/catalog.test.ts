import { expect, test } from 'vitest';
import { ALL_PRODUCTS } from '#demo-shop/catalog/all-products.ts';

test('the range has at least 240 products in exactly twelve categories of at least twenty each', () => {
  const numByCategory = new Map<string, number>();
  for (const { categories } of ALL_PRODUCTS) {
    expect(categories).toHaveLength(1);
    for (const path of categories) numByCategory.set(path, (numByCategory.get(path) ?? 0) + 1);
  }
  expect(ALL_PRODUCTS.length).toBeGreaterThanOrEqual(240);
  expect(numByCategory.size).toBe(12);
  expect(Math.min(...numByCategory.values())).toBeGreaterThanOrEqual(20);
});

test.each(['sku', 'name', 'description'] as const)('no two products share a %s', (field) => {
  expect(new Set(ALL_PRODUCTS.map((product) => product[field].toLowerCase())).size).toBe(ALL_PRODUCTS.length);
});

test('every product has a price, a stock of whole units and three to five attributes', () => {
  for (const { sku, price, stock, attributes } of ALL_PRODUCTS) {
    expect(price, sku).toBeGreaterThan(0);
    expect(Number.isInteger(Math.round(price * 1000) / 10), `${sku} costs whole cents`).toBe(true);
    expect(Number.isInteger(stock) && stock >= 0, `${sku} stock`).toBe(true);
    expect(Object.keys(attributes).length, sku).toBeGreaterThanOrEqual(3);
    expect(Object.keys(attributes).length, sku).toBeLessThanOrEqual(5);
  }
});

test('every description is two sentences', () => {
  for (const { sku, description } of ALL_PRODUCTS) {
    expect(description.match(/[.!?](?=\s|$)/g), sku).toHaveLength(2);
  }
});

test('the range has at least six different lanterns and tea lights to put into them', () => {
  const names = ALL_PRODUCTS.map(({ name }) => name.toLowerCase());
  expect(names.filter((name) => name.includes('lantern')).length).toBeGreaterThanOrEqual(6);
  expect(names.some((name) => /tea lights/.test(name))).toBe(true);
});

test('something is sold out and something is nearly so, so that pages show both', () => {
  expect(ALL_PRODUCTS.some(({ stock }) => stock === 0)).toBe(true);
  expect(ALL_PRODUCTS.some(({ stock }) => stock > 0 && stock < 5)).toBe(true);
});
