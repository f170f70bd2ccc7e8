import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTextFile } from '#trainer/text-file.ts';
import { makeScratchFolder, writeScratchFile } from './scratch-folder.ts';

async function read(name: string, content: string | Uint8Array, encoding = 'utf-8'): Promise<string> {
  return (await Array.fromAsync(readTextFile(await writeScratchFile(name, content), encoding))).join('');
}

const TEXT = 'title\ncafé ☃ 🎁\n';

test('UTF-8 is read as it stands', async () => {
  expect(await read('a.csv', TEXT)).toBe(TEXT);
});

test('a byte order mark is skipped', async () => {
  expect(await read('a.csv', `\ufeff${TEXT}`)).toBe(TEXT);
});

test('a gzip file is recognized by its bytes, whatever its name', async () => {
  expect(await read('a.csv', gzipSync(TEXT))).toBe(TEXT);
});

test('other encodings are read where they are named', async () => {
  expect(await read('a.csv', Buffer.from('café\n', 'latin1'), 'latin1')).toBe('café\n');
  expect(await read('a.csv', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16le')).toBe(TEXT);
});

test('a character cut in two by a chunk boundary is read whole', async () => {
  const text = `${'x'.repeat(256 * 1024 - 2)}☃ and 🎁`;
  expect(await read('a.csv', text)).toBe(text);
});

test('bytes that are not UTF-8 are refused with their line and byte offset', async () => {
  const latin1 = Buffer.from('title\ntea\ncafé noir\n', 'latin1');
  await expect(read('a.csv', latin1)).rejects.toThrow(
    /^expected utf-8 text in \S+a\.csv, came other bytes at line 3, byte offset 13; pass its encoding, --encoding latin1/,
  );
  await expect(read('a.csv.gz', gzipSync(latin1))).rejects.toThrow('line 3, byte offset 13;');
});

test('the place of a wrong byte far into a file is exact', async () => {
  const line = 'ninety-nine ☃\n'; // 16 bytes
  const bytes = Buffer.concat([Buffer.from(line.repeat(40_000)), Buffer.from('caf\xe9 noir\n', 'latin1')]);
  await expect(read('a.csv', bytes)).rejects.toThrow('line 40001, byte offset 640003;');
});

test('a wrong byte right after a chunk boundary inside a character is found where the character begins', async () => {
  const bytes = Buffer.concat([Buffer.alloc(256 * 1024 - 1, 'x'), Buffer.from([0xe2, 0x28])]);
  await expect(read('a.csv', bytes)).rejects.toThrow(`line 1, byte offset ${256 * 1024 - 1};`);
});

test('a file that ends inside a character is refused', async () => {
  await expect(read('a.csv', Buffer.from('tea\ncaf\xc3', 'latin1'))).rejects.toThrow('line 2, byte offset 7;');
});

test('an unknown encoding is refused', async () => {
  await expect(read('a.csv', TEXT, 'klingon')).rejects.toThrow('expected --encoding to be a name such as utf-8');
});

test('a truncated gzip file is refused', async () => {
  const packed = gzipSync(TEXT.repeat(100));
  await expect(read('a.csv.gz', packed.subarray(0, packed.length - 9))).rejects.toThrow(
    /but the gzip data stops before its end; download or pack it again$/,
  );
});

test('a damaged gzip file is refused', async () => {
  const packed = gzipSync(TEXT.repeat(100));
  packed.fill(0x55, 12, 24);
  await expect(read('a.csv.gz', packed)).rejects.toThrow(/but the gzip data is broken; download or pack it again$/);
});

test('a spreadsheet is refused with the advice to save it as CSV', async () => {
  await expect(read('a.xlsx', Buffer.from('PK\x03\x04…'))).rejects.toThrow('came a ZIP or Excel file; save it as CSV');
});

test('a missing file and a folder are refused by name', async () => {
  const folder = await makeScratchFolder();
  await expect(Array.fromAsync(readTextFile(`${folder}/none.csv`, 'utf-8'))).rejects.toThrow(
    'none.csv, but there is none',
  );
  await expect(Array.fromAsync(readTextFile(folder, 'utf-8'))).rejects.toThrow('but it is a folder');
});
