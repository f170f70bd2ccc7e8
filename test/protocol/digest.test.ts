import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf, verifyFile } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';

const FILE = utf8('item vectors, all of them');
const DIGEST = createHash('sha256').update(FILE).digest('hex') as Digest;

test('a digest is the SHA-256 that Node computes, in hexadecimal', async () => {
  expect(await digestOf(FILE)).toBe(DIGEST);
});

test('a file passes under its own digest and length', async () => {
  await expect(verifyFile(FILE, { digest: DIGEST, bytes: 25 })).resolves.toBeUndefined();
});

test.each([
  ['one byte changed', FILE.with(4, (FILE[4] as number) ^ 2), 25],
  ['cut', FILE.slice(0, 24), 25],
  ['longer than the manifest says', FILE, 24],
])('a file is refused when it is %s', async (_, bytes, expectedBytes) => {
  await expect(verifyFile(bytes, { digest: DIGEST, bytes: expectedBytes })).rejects.toMatchObject({
    code: 'digest-mismatch',
  });
});
