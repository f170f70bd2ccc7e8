import { describe, expect, test } from 'vitest';
import { cryptoRandom, randomWords } from '#privacy/random.ts';

describe('cryptoRandom', () => {
  test('fills more bytes than the platform gives at once, to the last', () => {
    const bytes = new Uint8Array(3 * 65_536 + 77);
    cryptoRandom(bytes);
    // 64 uniform bytes are all zero with probability 2^-512.
    for (const start of [0, 65_536, 2 * 65_536, 3 * 65_536 + 13]) {
      expect(bytes.subarray(start, start + 64).some((byte) => byte !== 0)).toBe(true);
    }
  });
});

describe('randomWords', () => {
  test('reads the byte stream four bytes a word, little-endian, skipping none', () => {
    let next = 0;
    const nextWord = randomWords((out) => {
      for (let i = 0; i < out.length; i++) out[i] = next++ % 251;
    });
    for (let i = 0; i < 3000; i++) {
      const byte = (k: number) => (4 * i + k) % 251;
      expect(nextWord()).toBe(byte(0) + 2 ** 8 * byte(1) + 2 ** 16 * byte(2) + 2 ** 24 * byte(3));
    }
  });
});
