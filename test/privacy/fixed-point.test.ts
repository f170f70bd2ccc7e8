import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { clipUpdate } from '#privacy/clip.ts';
import { fromFixedPoint, toFixedPoint } from '#privacy/fixed-point.ts';
import type { FillRandom } from '#privacy/random.ts';
import { seededRandom, seededUniform } from './seeded-random.ts';

let random: FillRandom;
let uniform: () => number;
beforeAll(async () => {
  random = await seededRandom('fixed point');
  uniform = await seededUniform('fixed point');
});

function squaresOf(units: Int32Array): number {
  return units.reduce((squares, value) => squares + value * value, 0);
}

const MAX_NORM_UNITS = 2 ** 15;

describe('toFixedPoint', () => {
  const updates: readonly (readonly [string, number, (i: number) => number])[] = [
    ['zero', 40, () => 0],
    ['tiny', 8000, () => 1e-44],
    ['dense', 10_000, (i) => Math.sin(i * i)],
    ['many halves', 10_000, () => 0.5 / MAX_NORM_UNITS],
    ['one value among many halves', 10_000, (i) => (i === 3 ? 9 : 0.5 / MAX_NORM_UNITS)],
    ['huge', 10_000, (i) => (i % 3 === 0 ? -3.4e38 : 3.4e38)],
    ['a single value', 1, () => -77.3],
  ];
  test.each(
    updates.flatMap(([name, numParams, valueAt]) =>
      [0.02, 1.7, 640].map(
        (clipNorm) => [name, clipNorm, Float32Array.from({ length: numParams }, (_, i) => valueAt(i))] as const,
      ),
    ),
  )(
    'keeps the integer norm of a clipped update that is %s within the bound (clip norm %d)',
    (_name, clipNorm, update) => {
      const { clipped } = clipUpdate(update, clipNorm);
      const units = toFixedPoint(clipped, { scale: MAX_NORM_UNITS / clipNorm, maxNormUnits: MAX_NORM_UNITS, random });
      expect(squaresOf(units)).toBeLessThanOrEqual(MAX_NORM_UNITS ** 2);
    },
  );

  test('keeps the integer norm within the bound for any finite update, clipped or not', () => {
    const values = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 2, max: 1e6, noNaN: true }),
        (update, scale, maxNormUnits) => {
          expect(squaresOf(toFixedPoint(update, { scale, maxNormUnits, random }))).toBeLessThanOrEqual(
            maxNormUnits ** 2,
          );
        },
      ),
      { seed: 314 },
    );
  });

  test('ends within the bound where whole units are just outside it', () => {
    // 4² + 3² is 25; without shrinking first, there is nothing to round.
    const units = toFixedPoint(Float32Array.of(2, 1.5), { scale: 2, maxNormUnits: 4.999, random });
    expect(squaresOf(units)).toBeLessThanOrEqual(4.999 ** 2);
    expect(squaresOf(units)).toBeGreaterThanOrEqual(3 ** 2 + 2 ** 2);
  });

  test('rounds towards zero in the end when every try is outside the bound', () => {
    let calls = 0;
    const alwaysAway: FillRandom = (out) => {
      calls++;
      out.fill(255); // u just below 1: every fraction goes up
    };
    const update = Float32Array.of(5.6, 4.9, -0.3, 2.2);
    const units = toFixedPoint(update, { scale: 2, maxNormUnits: Math.sqrt(4 * 60.5) + 0.01, random: alwaysAway });
    expect(Array.from(units)).toEqual([11, 9, 0, 4]);
    expect(calls).toBe(64);
  });

  test('draws fresh randomness for every try', () => {
    const fills: number[] = [];
    const upThenDown: FillRandom = (out) => {
      fills.push(out.length);
      out.fill(fills.length === 1 ? 255 : 0);
    };
    const units = toFixedPoint(Float32Array.of(2.9, 2.9), { scale: 3, maxNormUnits: 12.4, random: upThenDown });
    expect(Array.from(units)).toEqual([8, 8]);
    expect(fills).toEqual([8, 8]);
  });

  test('is unbiased inside the bound: the mean of many roundings is the value in units', () => {
    // False alarm: 5 means beyond 6 standard errors, under 1e-8.
    const scale = 10;
    const numDraws = 40_000;
    const update = Float32Array.of(0.5123, -0.7391, 3.33, -0.019, 0.25);
    const sums = new Float64Array(update.length);
    for (let draw = 0; draw < numDraws; draw++) {
      toFixedPoint(update, { scale, maxNormUnits: 1000, random }).forEach((value, i) => {
        sums[i] = (sums[i] as number) + value;
      });
    }
    update.forEach((value, i) => {
      const exact = value * scale;
      const fraction = exact - Math.floor(exact);
      const standardError = Math.sqrt((fraction * (1 - fraction)) / numDraws);
      expect(Math.abs((sums[i] as number) / numDraws - exact)).toBeLessThan(6 * standardError);
    });
  });

  test('rounds each value to one of its two neighbors', () => {
    const update = Float32Array.from({ length: 500 }, () => 8 * uniform() - 4);
    const units = toFixedPoint(update, { scale: 5, maxNormUnits: 10_000, random });
    units.forEach((value, i) => {
      expect(Math.abs(value - 5 * (update[i] as number))).toBeLessThan(1);
    });
  });

  test('shortens an update at the bound by less than 1e-4', async () => {
    const update = Float32Array.from({ length: 10_000 }, () => uniform() - 0.5);
    const { clipped } = clipUpdate(update, 2);
    const units = toFixedPoint(clipped, { scale: MAX_NORM_UNITS / 2, maxNormUnits: MAX_NORM_UNITS, random });
    const along = units.reduce((sum, value, i) => sum + value * (clipped[i] as number), 0) / 2;
    expect(along / MAX_NORM_UNITS).toBeGreaterThan(1 - 1e-4);
  });

  test.each([Number.NaN, Infinity])('refuses an update with the value %d', (value) => {
    expect(() => toFixedPoint(Float32Array.of(2, value), { scale: 3, maxNormUnits: 100 })).toThrow(/expected update/);
  });

  test.each([0, -3, Infinity, Number.NaN])('refuses the scale %d', (scale) => {
    expect(() => toFixedPoint(Float32Array.of(2), { scale, maxNormUnits: 100 })).toThrow(/expected scale/);
  });

  test.each([0, 2 ** 27, Number.NaN])('refuses the bound %d', (maxNormUnits) => {
    expect(() => toFixedPoint(Float32Array.of(2), { scale: 3, maxNormUnits })).toThrow(/expected maxNormUnits/);
  });
});

describe('fromFixedPoint', () => {
  test('divides by the scale', () => {
    expect(Array.from(fromFixedPoint(Int32Array.of(-15, 0, 2 ** 31 - 1), 6))).toEqual([-2.5, 0, (2 ** 31 - 1) / 6]);
  });
});
