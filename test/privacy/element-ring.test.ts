import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ElementBytes, elementRing } from '#privacy/element-ring.ts';
import type { Bytes } from '#protocol/bytes.ts';

const RINGS: readonly (readonly [string, ElementBytes, bigint])[] = [
  ['Z/2^32', 4, 2n ** 32n],
  ['Field64', 8, 2n ** 32n * 4294967295n + 1n],
  ['Field128', 16, 2n ** 66n * 4611686018427387897n + 1n],
];

describe.each(RINGS)('%s', (_name, elementBytes, modulus) => {
  const ring = elementRing(elementBytes);
  const edges = [0n, 1n, 2n, 2n ** 31n, 2n ** 32n - 1n, modulus / 2n, modulus / 2n + 1n, modulus - 2n, modulus - 1n];
  const elements = fc.oneof(
    fc.constantFrom(...edges.filter((value) => value < modulus)),
    fc.bigInt({ min: 0n, max: modulus - 1n }),
  );
  const pairs = fc.array(fc.tuple(elements, elements), { minLength: 1, maxLength: 6 });
  /** Beyond it an integer would have two meanings in the smallest ring. */
  const limit = elementBytes === 4 ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
  const integers = fc.oneof(fc.constantFrom(0, 1, -1, limit, -limit), fc.integer({ min: -limit, max: limit }));

  function bytesOf(values: readonly bigint[]): Bytes {
    const bytes = new Uint8Array(values.length * elementBytes);
    for (const [i, value] of values.entries()) {
      for (let byte = 0; byte < elementBytes; byte++) {
        bytes[i * elementBytes + byte] = Number((value >> BigInt(8 * byte)) & 255n);
      }
    }
    return bytes;
  }

  const reduced = (value: bigint): bigint => ((value % modulus) + modulus) % modulus;

  test('adds as integers are added and reduced', () => {
    fc.assert(
      fc.property(pairs, (values) => {
        const sum = bytesOf(values.map(([a]) => a));
        ring.add(sum, bytesOf(values.map(([, b]) => b)));
        expect(sum).toEqual(bytesOf(values.map(([a, b]) => reduced(a + b))));
      }),
      { seed: 811 },
    );
  });

  test('adds integers of either sign', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(elements, integers), { minLength: 1, maxLength: 6 }), (values) => {
        const sum = bytesOf(values.map(([a]) => a));
        ring.addIntegers(
          sum,
          values.map(([, integer]) => integer),
        );
        expect(sum).toEqual(bytesOf(values.map(([a, integer]) => reduced(a + BigInt(integer)))));
      }),
      { seed: 821 },
    );
  });

  test('two shares of integers, noise of both signs in each, are read as their sum', () => {
    const small = fc.integer({ min: -(2 ** 28), max: 2 ** 28 });
    fc.assert(
      fc.property(elements, small, small, small, (mask, value, noise, otherNoise) => {
        const leader = bytesOf([mask]);
        const helper = bytesOf([reduced(BigInt(value) - mask)]);
        ring.addIntegers(leader, [noise]);
        ring.addIntegers(helper, [otherNoise]);
        ring.add(leader, helper);
        expect(Array.from(ring.toIntegers(leader))).toEqual([value + noise + otherNoise]);
      }),
      { seed: 823 },
    );
  });

  test('reads what is above half of the modulus as below 0', () => {
    const values = [0n, 5n, 2n ** 31n - 1n, modulus - 1n, modulus - 2n ** 30n];
    expect(Array.from(ring.toIntegers(bytesOf(values)))).toEqual([0, 5, 2 ** 31 - 1, -1, -(2 ** 30)]);
  });

  test('works on views into larger buffers', () => {
    const whole = bytesOf([1n, 2n, 3n, 4n]);
    const view = whole.subarray(elementBytes, 3 * elementBytes);
    ring.add(view, bytesOf([10n, 20n]));
    ring.addIntegers(view, [-5, 700]);
    expect(whole).toEqual(bytesOf([1n, 7n, 723n, 4n]));
    expect(Array.from(ring.toIntegers(view))).toEqual([7, 723]);
  });

  test('knows vectors by length and by elements below the modulus', () => {
    expect(ring.isVector(bytesOf([1n, modulus - 1n]), 2)).toBe(true);
    expect(ring.isVector(bytesOf([1n, 2n]), 3)).toBe(false);
    expect(ring.isVector(bytesOf([1n, 2n]).subarray(1), 2)).toBe(false);
    if (elementBytes > 4) expect(ring.isVector(bytesOf([1n, modulus]), 2)).toBe(false);
  });

  test('refuses vectors of another length', () => {
    expect(() => ring.add(bytesOf([1n, 2n]), bytesOf([3n]))).toThrow(RangeError);
    expect(() => ring.addIntegers(bytesOf([1n, 2n]), [3])).toThrow(RangeError);
  });

  test.each([0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])('refuses to add %d', (value) => {
    expect(() => ring.addIntegers(bytesOf([1n]), [value])).toThrow(/expected integers/);
  });

  if (elementBytes > 4) {
    test.each([
      ['2^53 − 1', 2n ** 53n - 1n, 2 ** 53 - 1],
      ['1 − 2^53', modulus - 2n ** 53n + 1n, 1 - 2 ** 53],
    ])('reads %s', (_what, value, expected) => {
      expect(Array.from(ring.toIntegers(bytesOf([value])))).toEqual([expected]);
    });

    test.each([
      ['2^53', 2n ** 53n],
      ['−2^53', modulus - 2n ** 53n],
      ['the middle', modulus / 2n],
      ['a share', (modulus * 3n) / 7n],
    ])('refuses to read %s', (_what, value) => {
      expect(() => ring.toIntegers(bytesOf([4n, value]))).toThrow(/do not belong together/);
    });
  }
});
