import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CatalogFileError,
  categoryTrail,
  childCategories,
  indexCatalog,
  readShopCatalog,
} from '#demo-shop/shop-catalog.ts';
import { makeItem } from './shop-fixture.ts';

const names = (categories: readonly { readonly path: readonly string[] }[]): string[] =>
  categories.map(({ path }) => path.join('/'));

test('categories form a tree, and an item counts once in every category above its own', () => {
  const catalog = indexCatalog([
    makeItem({ id: 'a', categories: ['Men/Tops/Tees', 'Sale'] }),
    makeItem({ id: 'b', categories: ['Men/Tops/Tanks', 'Men/Tops/Tees'] }),
  ]);
  expect(names(childCategories(catalog))).toEqual(['Men', 'Sale']);
  const men = catalog.categoryBySlug.get('men');
  expect(men?.items.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(names(childCategories(catalog, catalog.categoryBySlug.get('men-tops')))).toEqual([
    'Men/Tops/Tees',
    'Men/Tops/Tanks',
  ]);
  expect(names(categoryTrail(catalog, ['Men', 'Tops', 'Tanks']))).toEqual(['Men', 'Men/Tops', 'Men/Tops/Tanks']);
});

test('every category has an address of its own, whatever its name', () => {
  const catalog = indexCatalog([
    makeItem({ id: 'a', categories: ['Tea & Cups', 'Tea / Cups', 'Tea-Cups', 'All Items', '茶'] }),
  ]);
  const slugs = [...catalog.categoryBySlug.keys()];
  expect(slugs).toEqual(['tea-cups', 'tea', 'tea-cups-2', 'tea-cups-3', 'all-items-2', 'category']);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-catalog-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a catalog file is read whole, and fields this release does not know are skipped', async () => {
  const path = join(folder, 'good.json');
  await writeFile(path, JSON.stringify([{ ...makeItem({ id: 'a' }), rating: 5 }]));
  const { items, itemById } = await readShopCatalog(path);
  expect(items).toEqual([makeItem({ id: 'a' })]);
  expect(itemById.get('a')).toBe(items[0]);
});

test.each([
  ['not JSON', '[{'],
  ['no array', '{"items": []}'],
  ['a missing price', JSON.stringify([{ ...makeItem({ id: 'a' }), priceCents: undefined }])],
  ['a price in fractions of a cent', JSON.stringify([makeItem({ id: 'a', priceCents: 10.5 })])],
  ['an address that runs a script', JSON.stringify([makeItem({ id: 'a', url: 'javascript:alert(1)' })])],
  ['a picture from elsewhere', JSON.stringify([makeItem({ id: 'a', imageUrl: 'https://elsewhere.example/a.png' })])],
  ['an unknown stock level', JSON.stringify([{ ...makeItem({ id: 'a' }), stock: 'plenty' }])],
])('a catalog file with %s is refused in a sentence that names the file', async (_, text) => {
  const path = join(folder, 'bad.json');
  await writeFile(path, text);
  await expect(readShopCatalog(path)).rejects.toThrow(CatalogFileError);
  await expect(readShopCatalog(path)).rejects.toThrow(path);
});

test('a catalog file that does not exist is refused in a sentence that names it', async () => {
  await expect(readShopCatalog(join(folder, 'absent.json'))).rejects.toThrow(
    /expected a readable catalog file.*absent\.json/,
  );
});
