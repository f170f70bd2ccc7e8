import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addNoise, noiseStdDevUnits } from '#privacy/noise.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import { seededRandom } from './seeded-random.ts';

describe('noiseStdDevUnits', () => {
  test('is the noise multiplier times the norm bound of one device', () => {
    expect(noiseStdDevUnits({ noiseMultiplier: 2.5 })).toBe(81_920);
  });

  test('is an integer, never below the noise multiplier times the norm bound', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 5000, noNaN: true }), (noiseMultiplier) => {
        const units = noiseStdDevUnits({ noiseMultiplier });
        expect(Number.isInteger(units)).toBe(true);
        expect(units / CLIP_NORM_UNITS).toBeGreaterThanOrEqual(noiseMultiplier);
        expect(units / CLIP_NORM_UNITS).toBeLessThan(noiseMultiplier + 2 ** -15);
      }),
      { seed: 112 },
    );
  });
});

describe('addNoise', () => {
  test.each([7, 98_304])('adds noise of mean 0 and standard deviation %d, not its square', async (stdDevUnits) => {
    // False alarm: two normal statistics beyond 5.5 standard errors, under 1e-7.
    const numSamples = 20_000;
    const start = 3_000_000_000;
    const out = new Uint32Array(numSamples).fill(start);
    addNoise(out, stdDevUnits, await seededRandom(`noise ${stdDevUnits}`));
    const noise = Array.from(out, (value) => (value - start) | 0);
    const mean = noise.reduce((sum, value) => sum + value, 0) / numSamples;
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / numSamples;
    expect(Math.abs(mean)).toBeLessThan((5.5 * stdDevUnits) / Math.sqrt(numSamples));
    expect(Math.abs(variance / stdDevUnits ** 2 - 1)).toBeLessThan(5.5 * Math.sqrt(2 / numSamples));
  });

  test('adds noise that is uncorrelated from element to element', async () => {
    // False alarm: one normal statistic beyond 5.5 standard errors, under 1e-7.
    const out = new Uint32Array(20_001);
    addNoise(out, 900, await seededRandom('correlation'));
    const noise = new Int32Array(out.buffer);
    let products = 0;
    for (let i = 0; i < 20_000; i++) products += ((noise[i] as number) / 900) * ((noise[i + 1] as number) / 900);
    expect(Math.abs(products / 20_000)).toBeLessThan(5.5 / Math.sqrt(20_000));
  });

  test('wraps around mod 2^32 at both ends', async () => {
    const atEnds = Uint32Array.from({ length: 64 }, (_, i) => (i < 32 ? 3 : 2 ** 32 - 3));
    const inside = new Uint32Array(64).fill(2 ** 31);
    addNoise(atEnds, 5000, await seededRandom('wrap'));
    addNoise(inside, 5000, await seededRandom('wrap'));
    atEnds.forEach((value, i) => {
      const noise = (inside[i] as number) - 2 ** 31;
      expect(value | 0).toBe((i < 32 ? 3 : -3) + noise);
    });
  });

  test.each([0, -4, 2.5, Number.NaN, 2 ** 31])('refuses the standard deviation %d', (stdDevUnits) => {
    expect(() => addNoise(new Uint32Array(2), stdDevUnits)).toThrow(/expected stdDevUnits/);
  });
});
