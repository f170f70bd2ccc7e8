import { describe, expect, test } from 'vitest';
import { discreteGaussian } from '#privacy/discrete-gaussian.ts';
import { openXofTurboShake128 } from '#privacy/xof-turbo-shake128.ts';
import { fromHex, utf8 } from '#protocol/bytes.ts';
import vectors from '../vectors/discrete-gaussian.json' with { type: 'json' };
import { seededRandom } from './seeded-random.ts';

describe('discreteGaussian', () => {
  test.each(vectors.cases)(
    'draws the samples of the reference implementation with deviation $numerator/$denominator',
    ({ numerator, denominator, samples }) => {
      const xof = openXofTurboShake128({ seed: fromHex(vectors.seed), dst: utf8(''), binder: utf8('') });
      const sample = discreteGaussian({ numerator: BigInt(numerator), denominator: BigInt(denominator) }, (out) =>
        out.set(xof.next(out.length)),
      );
      const expected = samples.split(' ').map(BigInt);
      expect(expected.map(sample)).toEqual(expected);
    },
  );

  test('gives every integer its exact probability, tails included', async () => {
    // Bins −7 … 7 and the two tails. False alarm: above the 1e-7 quantile of chi-square with 16 degrees.
    const stdDev = 2.342;
    const numSamples = 40_000;
    const sample = discreteGaussian({ numerator: 1171n, denominator: 500n }, await seededRandom('probabilities'));
    const bin = (y: number) => Math.max(-8, Math.min(8, y)) + 8;
    const counts = new Float64Array(17);
    const expected = new Float64Array(17);
    const weight = (y: number) => Math.exp(-(y * y) / (2 * stdDev * stdDev));
    let total = 0;
    for (let y = -60; y <= 60; y++) total += weight(y);
    for (let y = -60; y <= 60; y++) expected[bin(y)] = (expected[bin(y)] as number) + (numSamples * weight(y)) / total;
    for (let i = 0; i < numSamples; i++) {
      const at = bin(Number(sample()));
      counts[at] = (counts[at] as number) + 1;
    }
    const chiSquare = counts.reduce((sum, count, at) => {
      const mean = expected[at] as number;
      return sum + (count - mean) ** 2 / mean;
    }, 0);
    expect(chiSquare).toBeLessThan(64.3);
  });

  test.each([
    [0n, 3n],
    [-5n, 3n],
    [5n, -3n],
    [5n, 0n],
  ])('refuses the deviation %d/%d', (numerator, denominator) => {
    expect(() => discreteGaussian({ numerator, denominator })).toThrow(/expected stdDev to be positive/);
  });
});
