import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { OWN_HEADER, ownLine } from './import-fixture.ts';
import { makeScratchFolder, readFolder } from './scratch-folder.ts';

const program = fileURLToPath(new URL('../../trainer/vitrine.mjs', import.meta.url));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function vitrine(cwd: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd }, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

test('import orders prints what became of the lines and ends with 0', async () => {
  const folder = await makeScratchFolder();
  await writeFile(join(folder, 'orders.csv'), `${OWN_HEADER}\n${ownLine()}\n${ownLine({ quantity: '-2' })}\n`);
  const outcome = await vitrine(folder, 'import', 'orders', 'orders.csv', '--json', 'figures.json');
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.stdout).toMatch(/lines read +2\n +dropped: return \(quantity 0 or below\) +1\n +lines kept +1\n/);
  expect(JSON.parse(await readFile(join(folder, 'figures.json'), 'utf8'))).toMatchObject({
    numLinesRead: 2,
    numItems: 1,
  });
  expect(Object.keys(await readFolder(join(folder, '.vitrine')))).toEqual([
    'shops/demo/baskets.jsonl',
    'shops/demo/catalog.json',
    'shops/demo/import.json',
  ]);
});

test('import orders with a bad price prints one sentence, ends with 2 and writes nothing', async () => {
  const folder = await makeScratchFolder();
  await writeFile(join(folder, 'orders.csv'), `${OWN_HEADER}\n${ownLine({ price: '"12,50 €"' })}\n`);
  const before = await readFolder(folder);
  expect(await vitrine(folder, 'import', 'orders', 'orders.csv')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'orders.csv, line 2, column unit_price: expected a price such as 12.50, came "12,50 €"; write prices with a decimal point and without a currency sign\n',
  });
  expect(await readFolder(folder)).toEqual(before);
});

test('columns are named one option at a time, before or after the file', async () => {
  const folder = await makeScratchFolder();
  const header = OWN_HEADER.replace('title', 'Artikel').replace('unit_price', 'Preis');
  await writeFile(join(folder, 'orders.csv'), `${header}\n${ownLine()}\n`);
  const args = ['--column', 'title=Artikel', 'orders.csv', '--column', 'price=Preis'];
  expect(await vitrine(folder, 'import', 'orders', ...args)).toMatchObject({ exitCode: 0 });
});

test('import catalog prints how many items there are', async () => {
  const folder = await makeScratchFolder();
  await writeFile(join(folder, 'catalog.json'), JSON.stringify([{ sku: 'mug', name: 'Mug', price: 12.5 }]));
  const outcome = await vitrine(folder, 'import', 'catalog', 'catalog.json', '--workspace', 'w', '--shop', 'mugs');
  expect(outcome.stdout).toMatch(/items +1\n/);
  expect(Object.keys(await readFolder(join(folder, 'w')))).toContain('shops/mugs/catalog.json');
});

test.each([
  ['an unknown verb', ['import', 'ordres'], "unknown command 'ordres'"],
  ['an unknown option', ['import', 'orders', 'orders.csv', '--shopp', 'x'], "unknown option '--shopp'"],
  ['a missing file name', ['import', 'orders'], "missing required argument 'file'"],
  ['a bad shop id', ['import', 'catalog', 'none.json', '--shop', 'My Shop'], 'expected --shop to be 1–63 of a–z'],
  [
    'a bad currency',
    ['import', 'catalog', 'none.json', '--currency', 'euro'],
    'expected --currency to be three capital letters',
  ],
  [
    'a missing file',
    ['import', 'catalog', 'none.json'],
    'expected a readable file none.json, but there is none of that name',
  ],
])('%s ends with 2 and a sentence', async (_, args, expected) => {
  const folder = await makeScratchFolder();
  const outcome = await vitrine(folder, ...args);
  expect(outcome.exitCode).toBe(2);
  expect(outcome.stderr).toContain(expected);
  expect(outcome.stderr).not.toContain('    at ');
  expect(await readFolder(folder)).toEqual({});
});

test('help ends with 0', async () => {
  const outcome = await vitrine(await makeScratchFolder(), 'import', '--help');
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.stdout).toContain('orders [options] <file>');
});
