import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFloat16, encodeFloat16, fromFloat16, toFloat16 } from '#protocol/float16.ts';

// Second implementation: Float16Array and Math.f16round of V8, which browsers we support lack.

/** The number as V8 reads it. */
function nativeDecode(half: number): number {
  return new Float16Array(Uint16Array.of(half).buffer)[0] as number;
}

/** The bits as V8 writes them. */
function nativeEncode(value: number): number {
  return new Uint16Array(Float16Array.of(value).buffer)[0] as number;
}

function encodesAsNative(value: number): void {
  const half = toFloat16(value);
  if (Number.isNaN(value)) expect(fromFloat16(half)).toBeNaN();
  else expect([value, half]).toEqual([value, nativeEncode(value)]);
}

describe('binary16', () => {
  test('is decoded as V8 decodes it, for every one of the 65,536 bit patterns', () => {
    const wrong: number[] = [];
    for (let half = 0; half < 65_536; half++) {
      if (!Object.is(fromFloat16(half), nativeDecode(half))) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  test('comes back as the same bits from the number it stands for, for every pattern that is a number', () => {
    const wrong: number[] = [];
    for (let half = 0; half < 65_536; half++) {
      const value = fromFloat16(half);
      if (!Number.isNaN(value) && toFloat16(value) !== half) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  test('is encoded as V8 encodes it, for any float32', () => {
    fc.assert(fc.property(fc.float(), encodesAsNative), { seed: 21, numRuns: 5000 });
  });

  test.each([
    ['ordinary', -9, 9],
    ['near and below the smallest normal one', -26, -13],
    ['near the largest', 14, 17],
  ])('is encoded as V8 encodes it, for float32 of %s size', (_, lowest, highest) => {
    const values = fc
      .tuple(fc.double({ min: lowest, max: highest, noNaN: true }), fc.boolean())
      .map(([power, isNegative]) => Math.fround((isNegative ? -1 : 1) * 2 ** power));
    fc.assert(fc.property(values, encodesAsNative), { seed: 22, numRuns: 5000 });
  });

  test('goes to the even neighbor from the very middle of two, for every pair of neighbors', () => {
    const wrong: number[] = [];
    for (let half = 0; half < 0x7bff; half++) {
      const middle = (fromFloat16(half) + fromFloat16(half + 1)) / 2;
      const even = half % 2 === 0 ? half : half + 1;
      if (toFloat16(middle) !== even || toFloat16(-middle) !== (even | 0x8000)) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    [65_504, 0x7bff],
    [65_519.99, 0x7bff],
    [65_520, 0x7c00],
    [-1e9, 0xfc00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [-3e-8, 0x8001],
    [-0, 0x8000],
  ])('holds %d as the bits %d', (value, half) => {
    expect(toFloat16(value)).toBe(half);
    expect(nativeEncode(Math.fround(value))).toBe(half);
  });

  test('is written and read in whole arrays', () => {
    const halves = encodeFloat16(Float32Array.of(1.5, -0.333, 7e-6));
    expect([...halves]).toEqual([1.5, -0.333, 7e-6].map(nativeEncode));
    expect([...decodeFloat16(halves)]).toEqual([1.5, -0.333, 7e-6].map(Math.f16round));
  });
});
