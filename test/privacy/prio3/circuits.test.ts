import { describe, expect, test } from 'vitest';
import {
  type Circuit,
  chooseChunkLength,
  encodeDigits,
  lastWeight,
  numDigits,
  proofLengths,
} from '#privacy/prio3/circuit.ts';
import { count, histogram, multihotCountVec, sum, sumVec } from '#privacy/prio3/circuits.ts';

describe('digits', () => {
  test.each([1, 2, 3, 6, 7, 8, 100, 255])('of every integer up to %i add up to it, and none add up to more', (max) => {
    const weights = Array.from({ length: numDigits(max) }, (_, i) => 2 ** i);
    weights[weights.length - 1] = lastWeight(max);
    expect(weights.reduce((total, weight) => total + weight)).toBe(max);
    for (let value = 0; value <= max; value++) {
      const digits = new Uint8Array(weights.length);
      encodeDigits(digits, value, max);
      expect(digits.every((digit) => digit <= 1)).toBe(true);
      expect(digits.reduce((total, digit, i) => total + digit * (weights[i] as number), 0)).toBe(value);
    }
  });

  test('reach to 2^53 − 1', () => {
    const digits = new Uint8Array(53);
    encodeDigits(digits, 2 ** 53 - 2, 2 ** 53 - 1);
    expect(Array.from(digits)).toEqual([0, ...new Array(52).fill(1)]);
  });
});

test.each([1, 2, 3, 10, 100, 1024, 3500, 16384])(
  'no other chunk length makes the proof of %i elements shorter',
  (length) => {
    const proofOf = (chunkLength: number): number => proofLengths(sumVec(length, 1, chunkLength)).proof;
    const best = Math.min(...Array.from({ length }, (_, i) => proofOf(i + 1)));
    expect(proofOf(chooseChunkLength(length))).toBe(best);
  },
);

const REFUSED: readonly (readonly [string, Circuit<never>, readonly unknown[]])[] = [
  ['count', count(), [2, -1, 0.5, Number.NaN]],
  ['sum', sum(100), [101, -1, 3.5, Number.POSITIVE_INFINITY]],
  [
    'sumVec',
    sumVec(3, 100, 2),
    [
      [1, 2],
      [1, 2, 3, 4],
      [1, 2, 101],
      [1, -2, 3],
      [1, 2, 0.5],
    ],
  ],
  ['histogram', histogram(7, 2), [7, -1, 1.5, Number.NaN]],
  [
    'multihotCountVec',
    multihotCountVec(4, 2, 2),
    [
      [1, 0, 0],
      [1, 1, 1, 0],
      [2, 0, 0, 0],
      [0.5, 0, 0, 0],
    ],
  ],
];

describe.each(REFUSED)('%s', (_name, circuit, measurements) => {
  test.each(measurements.map((measurement) => [measurement]))('refuses the measurement %j', (measurement) => {
    expect(() => circuit.encode(measurement as never)).toThrow(RangeError);
  });
});

test('an error does not repeat the measurement', () => {
  expect(() => sum(100).encode(43_210)).toThrow(/^(?!.*43210)/);
  expect(() => histogram(7, 2).encode(43_210)).toThrow(/^(?!.*43210)/);
  expect(() => sumVec(1, 100, 1).encode([43_210])).toThrow(/^(?!.*43210)/);
});

test.each<[string, () => unknown]>([
  ['a sum up to 0', () => sum(0)],
  ['a sum up to 2^53', () => sum(2 ** 53)],
  ['a vector without elements', () => sumVec(0, 3, 1)],
  ['chunks of 0', () => histogram(5, 0)],
  ['chunks of 1.5', () => histogram(5, 1.5)],
  ['a weight above the length', () => multihotCountVec(4, 5, 2)],
])('there is no circuit of %s', (_what, create) => {
  expect(create).toThrow(RangeError);
});
