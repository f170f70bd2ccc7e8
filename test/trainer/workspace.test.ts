import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkspace } from '#trainer/workspace.ts';

test('a shop has its own folder in the workspace', () => {
  const workspace = openWorkspace('.vitrine', 'my-shop');
  expect(workspace.dir).toBe(join('.vitrine', 'shops', 'my-shop'));
  expect(workspace.catalogFile).toBe(join('.vitrine', 'shops', 'my-shop', 'catalog.json'));
});

test.each([['../other'], [''], ['My Shop'], ['1st'], ['a'.repeat(64)]])(
  '%j is not a shop id and names no folder',
  (shop) => {
    expect(() => openWorkspace('.vitrine', shop)).toThrow('expected --shop to be 1–63 of a–z, 0–9 and "-"');
  },
);
