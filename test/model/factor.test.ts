import { describe, expect, test } from 'vitest';
import { readFactor, writeFactor } from '#model/factor.ts';

describe('the factor of a round', () => {
  test('is signed bytes in units of 1/127, row by row', () => {
    const text = Buffer.from(Int8Array.of(127, -127, 13, -2, 0, 64)).toString('base64url');
    expect([...readFactor(text, { rank: 2, dim: 3 })]).toEqual(
      [127, -127, 13, -2, 0, 64].map((value) => Math.fround(value / 127)),
    );
  });

  test('is written to the nearest such unit', () => {
    const factor = Float32Array.of(-1, 0.7312, -0.0041, 0.25, 1, -0.003);
    const read = readFactor(writeFactor(factor), { rank: 3, dim: 2 });
    expect([...read]).toEqual([-127, 93, -1, 32, 127, 0].map((value) => Math.fround(value / 127)));
  });

  test('is refused with another number of values', () => {
    expect(() => readFactor(writeFactor(new Float32Array(11)), { rank: 3, dim: 4 })).toThrow(
      'expected factor to have 12 bytes, got 11',
    );
  });
});
