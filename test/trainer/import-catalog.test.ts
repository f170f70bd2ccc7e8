import { expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { InputError } from '#trainer/input-error.ts';
import { importEntries, importLines, OWN_HEADER, openScratchWorkspace, ownLine } from './import-fixture.ts';
import { readFolder } from './scratch-folder.ts';

const MUG = { sku: 'mug', name: 'Blue mug', price: 12.5, categories: ['Kitchen/Mugs'], stock: 3, image: 'mug.webp' };
const VASE = { sku: 'vase', name: 'Tall vase', price: 40, categories: ['Living', 'Kitchen/Mugs'], stock: 0 };

test('a catalog is imported with its items in the order of the file and no baskets', async () => {
  const workspace = await openScratchWorkspace();
  const report = await importEntries([VASE, MUG], workspace);
  expect(report).toEqual({
    kind: 'catalog',
    file: 'catalog.json',
    dialect: 'sku',
    numItems: 2,
    numBaskets: 0,
    numCategories: 2,
    numItemsWithoutPicture: 1,
    numItemsByStock: { in: 0, low: 1, out: 1 },
  });
  const { items, baskets } = await readDataset(workspace);
  expect(items.map(({ id }) => id)).toEqual(['vase', 'mug']);
  expect(baskets).toEqual([]);
});

test('a catalog replaces the orders imported before it', async () => {
  const workspace = await openScratchWorkspace();
  await importLines([OWN_HEADER, ownLine()], workspace);
  await importEntries([VASE], workspace);
  expect((await readDataset(workspace)).baskets).toEqual([]);
});

test.each<[string, unknown]>([
  ['an id twice', [MUG, MUG]],
  ['a price with a comma and a sign', [{ ...MUG, price: '12,50 €' }]],
  ['a negative price', [{ ...MUG, price: -3 }]],
  ['an empty title', [MUG, { ...VASE, name: '' }]],
  ['an object instead of an array', { items: [MUG] }],
  ['no items', []],
])('a catalog with %s is refused and the import before it stays as it was', async (_, entries) => {
  const workspace = await openScratchWorkspace();
  await importLines([OWN_HEADER, ownLine()], workspace);
  const before = await readFolder(workspace.dir);
  await expect(importEntries(entries, workspace)).rejects.toThrow(InputError);
  expect(await readFolder(workspace.dir)).toEqual(before);
});
