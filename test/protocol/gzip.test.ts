import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { gunzip, gzip } from '#protocol/gzip.ts';

const CATALOG = utf8('{"title":"Blue mug"},'.repeat(5000));

describe('gzip', () => {
  test('comes back as the bytes it was made from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        expect(await gunzip(await gzip(bytes), 3000)).toEqual(bytes);
      }),
      { seed: 43, numRuns: 40 },
    );
  });

  test('is what Node reads, and reads what Node writes', async () => {
    expect(new Uint8Array(gunzipSync(await gzip(CATALOG)))).toEqual(CATALOG);
    expect(await gunzip(gzipSync(CATALOG), CATALOG.length)).toEqual(CATALOG);
  });

  test('of the same bytes is the same, so that a file keeps its digest', async () => {
    expect(await gzip(CATALOG)).toEqual(await gzip(CATALOG));
  });

  test('is unpacked up to its limit and not a byte further', async () => {
    const packed = await gzip(CATALOG);
    expect((await gunzip(packed, CATALOG.length)).length).toBe(105_000);
    await expect(gunzip(packed, CATALOG.length - 1)).rejects.toThrow(RangeError);
  });

  test('stops a small file that would fill the memory', async () => {
    const bomb = gzipSync(new Uint8Array(20_000_000));
    expect(bomb.length).toBeLessThan(30_000);
    await expect(gunzip(bomb, 50_000)).rejects.toThrow('expected at most 50000 bytes, got more');
  });

  test.each([
    ['other bytes', () => utf8('no gzip at all')],
    ['its end cut off', async () => (await gzip(CATALOG)).slice(0, -9)],
    ['its check sum changed', async () => flipByte(await gzip(CATALOG), -7)],
  ])('is refused with %s', async (_, make) => {
    await expect(gunzip(await make(), 1e6)).rejects.toThrow(TypeError);
  });
});

function flipByte(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes.at(at) as number) ^ 32);
}
