import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../demo-shop/make-data.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-data-'));
  await writeFile(join(folder, 'taken'), 'a file of someone else');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function makeData(...args: string[]): Promise<{ exitCode: number; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (_error, _stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stderr });
    });
  });
}

test('the demo shop’s catalog and orders are written into the folder named', async () => {
  expect(await makeData('--out', join(folder, 'new'))).toEqual({ exitCode: 0, stderr: '' });
  expect((await readdir(join(folder, 'new'))).sort()).toEqual(['catalog.json', 'orders.csv']);
});

test.each([
  [
    'a folder that cannot be written',
    () => ['--out', join(folder, 'taken', 'data')],
    'expected --out to be a folder that can be written',
  ],
  ['no folder', () => [], 'expected --out to name a folder'],
  ['a seed that is no number', () => ['--out', folder, '--seed', 'x7'], 'expected --seed to be a whole number, got x7'],
  ['an unknown option', () => ['--ouput', folder], '--ouput'],
])('%s ends with 2 and a sentence, and nothing is written', async (_, args, expected) => {
  const { exitCode, stderr } = await makeData(...args());
  expect(exitCode).toBe(2);
  expect(stderr).toContain(expected);
  expect(stderr).not.toContain('    at ');
  expect(await readdir(folder)).toEqual(['taken']);
});
