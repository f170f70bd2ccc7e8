import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rational } from '#privacy/discrete-gaussian.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { addNoise, noiseOnSum, noiseStdDev, releaseUnits } from '#privacy/noise.ts';
import type { FillRandom } from '#privacy/random.ts';
import { seededRandom } from './seeded-random.ts';

const sumOf = (length: number) => ({ type: 'UnverifiedVectorSum', length }) as const;
const numberOf = ({ numerator, denominator }: Rational) => Number(numerator) / Number(denominator);

describe('noiseStdDev', () => {
  test('is the noise multiplier times the most that one report can change the sum', () => {
    expect(numberOf(noiseStdDev({ noiseMultiplier: 2.5, vdaf: sumOf(7) }))).toBe(81_920);
    const counts = { type: 'Prio3SumVec', length: 16, maxMeasurement: 3, chunkLength: 4 } as const;
    expect(numberOf(noiseStdDev({ noiseMultiplier: 2.5, vdaf: counts }))).toBe(30 * 4096);
    expect(noiseOnSum({ noiseMultiplier: 2.5, vdaf: counts })).toBeCloseTo(30 * Math.SQRT2, 12);
  });

  test('is never below that product, and hardly above', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 5000, noNaN: true }), (noiseMultiplier) => {
        const vdaf = { type: 'Prio3MultihotCountVec', length: 26, maxWeight: 7, chunkLength: 5 } as const;
        const excess = numberOf(noiseStdDev({ noiseMultiplier, vdaf })) - noiseMultiplier * Math.sqrt(7) * 16_384;
        expect(excess).toBeGreaterThanOrEqual(0);
        expect(excess).toBeLessThanOrEqual(2 ** -16);
      }),
      { seed: 112 },
    );
  });

  test('is of tens of thousands of steps even where one report changes one count', () => {
    const histogram = { type: 'Prio3Histogram', length: 26, chunkLength: 5 } as const;
    expect(numberOf(noiseStdDev({ noiseMultiplier: 0.5, vdaf: histogram }))).toBe(16_384);
    expect([histogram, sumOf(7)].map(releaseUnits)).toEqual([32_768, 1]);
  });

  test.each([0, -1, Number.NaN, 2 ** 40])('refuses the noise multiplier %d', (noiseMultiplier) => {
    expect(() => noiseStdDev({ noiseMultiplier, vdaf: sumOf(3) })).toThrow(/expected the noise/);
  });
});

/** Noise added to `[length]` elements of 32 bits that all were `start`. */
function noiseOn(
  start: number,
  length: number,
  how: { readonly stdDev: number; readonly random: FillRandom },
): number[] {
  const out = new Uint32Array(length).fill(start);
  const stdDev = { numerator: BigInt(how.stdDev), denominator: 1n };
  addNoise(new Uint8Array(out.buffer), { ring: elementRing(4), stdDev, random: how.random });
  return Array.from(out, (value) => (value - start) | 0);
}

describe('addNoise', () => {
  test.each([7, 98_304])('adds noise of mean 0 and standard deviation %d, not its square', async (stdDev) => {
    // False alarm: two normal statistics beyond 5.5 standard errors, under 1e-7.
    const numSamples = 20_000;
    const noise = noiseOn(3_000_000_000, numSamples, { stdDev, random: await seededRandom(`noise ${stdDev}`) });
    const mean = noise.reduce((sum, value) => sum + value, 0) / numSamples;
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / numSamples;
    expect(Math.abs(mean)).toBeLessThan((5.5 * stdDev) / Math.sqrt(numSamples));
    expect(Math.abs(variance / stdDev ** 2 - 1)).toBeLessThan(5.5 * Math.sqrt(2 / numSamples));
  });

  test('adds noise that is uncorrelated from element to element', async () => {
    // False alarm: one normal statistic beyond 5.5 standard errors, under 1e-7.
    const noise = noiseOn(0, 20_001, { stdDev: 900, random: await seededRandom('correlation') });
    let products = 0;
    for (let i = 0; i < 20_000; i++) products += ((noise[i] as number) / 900) * ((noise[i + 1] as number) / 900);
    expect(Math.abs(products / 20_000)).toBeLessThan(5.5 / Math.sqrt(20_000));
  });

  test.each([3, 2 ** 32 - 3])('wraps around mod 2^32, here at %d', async (start) => {
    const how = async () => ({ stdDev: 5000, random: await seededRandom('wrap') });
    expect(noiseOn(start, 32, await how())).toEqual(noiseOn(2 ** 31, 32, await how()));
  });

  test.each([4, 8, 16] as const)('adds the same noise to elements of %d bytes', async (elementBytes) => {
    const ring = elementRing(elementBytes);
    const out = new Uint8Array(32 * elementBytes);
    const stdDev = { numerator: 5000n, denominator: 1n };
    addNoise(out, { ring, stdDev, random: await seededRandom('rings') });
    const expected = noiseOn(0, 32, { stdDev: 5000, random: await seededRandom('rings') });
    expect(Array.from(ring.toIntegers(out))).toEqual(expected);
  });
});
