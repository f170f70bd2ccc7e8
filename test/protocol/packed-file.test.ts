import { describe, expect, test } from 'vitest';
import type { ManifestFile } from '#protocol/manifest.ts';
import { pack, unpack } from '#protocol/packed-file.ts';
import { fakeDigest } from './manifest-fixture.ts';

const named = { digest: fakeDigest(5), bytes: 100 };
const POPULARITY: ManifestFile = { kind: 'popularity', ...named, firstRow: 30, rows: 40 };
const WORDS: ManifestFile = { kind: 'words', ...named };

describe('a packed file', () => {
  test('comes back as it was', async () => {
    const content = Uint8Array.from({ length: 120 }, (_, i) => (i * 37) % 251);
    const unpacked = await unpack(POPULARITY, await pack(content));
    expect(unpacked).toEqual(content);
    expect(unpacked.byteOffset).toBe(0);
  });

  test('is not unpacked past what any file can hold', async () => {
    const bomb = await pack(new Uint8Array(17 << 20));
    await expect(unpack(WORDS, bomb)).rejects.toMatchObject({ code: 'words-invalid' });
  });

  test('is refused with the code of its kind when it is cut or no gzip', async () => {
    const packed = await pack(Uint8Array.from({ length: 120 }, (_, i) => i));
    await expect(unpack(POPULARITY, packed.slice(0, -9))).rejects.toMatchObject({ code: 'popularity-invalid' });
    await expect(unpack({ ...POPULARITY, kind: 'neighbors' }, packed.slice(3))).rejects.toMatchObject({
      code: 'neighbors-invalid',
    });
  });
});
