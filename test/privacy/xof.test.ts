import { describe, expect, test } from 'vitest';
import type { OpenXof } from '#privacy/xof.ts';
import { openXofHmacSha256Aes128 } from '#privacy/xof-hmac-sha256-aes128.ts';
import { openXofTurboShake128 } from '#privacy/xof-turbo-shake128.ts';
import { concatBytes, fromHex, toHex, utf8 } from '#protocol/bytes.ts';
import vectors from '../vectors/xof.json' with { type: 'json' };

const XOFS: readonly (readonly [string, OpenXof, { readonly derivedSeed: string; readonly expandedVec: string }])[] = [
  ['XofHmacSha256Aes128', openXofHmacSha256Aes128, vectors.XofHmacSha256Aes128],
  ['XofTurboShake128', openXofTurboShake128, vectors.XofTurboShake128],
];
const input = { seed: fromHex(vectors.seed), dst: fromHex(vectors.dst), binder: fromHex(vectors.binder) };

describe.each(XOFS)('%s', (_name, openXof, expected) => {
  test('derives the seed of the published vector', async () => {
    expect(toHex(await (await openXof(input)).next(32))).toBe(expected.derivedSeed);
  });

  test('expands to the published vector', async () => {
    const numBytes = expected.expandedVec.length / 2;
    expect(toHex(await (await openXof(input)).next(numBytes))).toBe(expected.expandedVec);
  });

  test.each([[[3, 13, 1, 31, 16, 100]], [[16, 16, 5]], [[45, 2]]])(
    'gives the same stream in pieces of %j bytes',
    async (pieces) => {
      const xof = await openXof(input);
      const parts: Uint8Array[] = [];
      for (const numBytes of pieces) parts.push(await xof.next(numBytes));
      const joined = toHex(concatBytes(...parts));
      expect(joined).toBe(expected.expandedVec.slice(0, joined.length));
    },
  );

  test.each([
    ['seed', { ...input, seed: fromHex(expected.derivedSeed) }],
    ['tag', { ...input, dst: utf8('another tag') }],
    ['binder', { ...input, binder: utf8('another binder') }],
    [
      'border between tag and binder',
      { ...input, dst: input.dst.slice(0, -2), binder: concatBytes(input.dst.slice(-2), input.binder) },
    ],
  ])('gives another stream for another %s', async (_what, changed) => {
    expect(toHex(await (await openXof(changed)).next(32))).not.toBe(expected.derivedSeed);
  });

  test.each([0, 16, 31, 33])('refuses a seed of %d bytes', async (numBytes) => {
    await expect(async () => openXof({ ...input, seed: new Uint8Array(numBytes) })).rejects.toThrow(/expected seed/);
  });

  test('refuses a tag of 256 bytes', async () => {
    await expect(async () => openXof({ ...input, dst: new Uint8Array(256) })).rejects.toThrow(/expected dst/);
  });
});
