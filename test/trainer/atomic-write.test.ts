import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomically, writeFiles, writeJsonAtomically } from '#trainer/atomic-write.ts';
import { InputError } from '#trainer/input-error.ts';
import { makeScratchFolder, readFolder } from './scratch-folder.ts';

test('texts, bytes and JSON are written into folders that are made as needed', async () => {
  const folder = await makeScratchFolder();
  await writeFileAtomically(join(folder, 'a/b.txt'), 'ü\n');
  await writeFileAtomically(join(folder, 'c.bin'), new Uint8Array([7, 200]));
  await writeJsonAtomically(join(folder, 'd.json'), { numItems: 3 });
  expect(await readFolder(folder)).toMatchObject({ 'a/b.txt': 'ü\n', 'd.json': '{\n "numItems": 3\n}\n' });
  expect([...(await readFile(join(folder, 'c.bin')))]).toEqual([7, 200]);
});

test('when one of several files cannot be written, none is changed and nothing is left behind', async () => {
  const folder = await makeScratchFolder();
  await writeFile(join(folder, 'first.txt'), 'old');
  await writeFile(join(folder, 'wall'), 'a file where a folder would be needed');
  const before = await readFolder(folder);
  const failed = writeFiles([
    { path: join(folder, 'first.txt'), content: 'new' },
    { path: join(folder, 'wall/second.txt'), content: 'new' },
  ]);
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.toThrow('but a file is in the way of a folder; name another folder');
  expect(await readFolder(folder)).toEqual(before);
});

test('a file is not written over a folder', async () => {
  const folder = await makeScratchFolder();
  await mkdir(join(folder, 'figures'));
  await expect(writeFileAtomically(join(folder, 'figures'), 'x')).rejects.toThrow('a folder has its name');
  expect(await readFolder(folder)).toEqual({});
});
