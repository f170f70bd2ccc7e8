import { expect, test } from 'vitest';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { seededRandom } from './seeded-random.ts';

const task = { clipNorm: 4, scale: 2 ** 13 };
const update = Float32Array.of(0.5, -0.25, 1.125, 0, 0.0625, -1.5);

test('an update of whole units inside the bound is what it was', () => {
  expect(Array.from(quantizeUpdate(update, task))).toEqual(Array.from(update, (value) => value * 2 ** 13));
});

test('a far too long update gets an integer norm right below the bound', async () => {
  const units = quantizeUpdate(
    update.map((value) => 1e6 * value),
    { ...task, random: await seededRandom('quantize') },
  );
  const norm = Math.sqrt(units.reduce((squares, value) => squares + value * value, 0));
  expect(norm).toBeLessThanOrEqual(2 ** 15);
  expect(norm).toBeGreaterThan(2 ** 15 - 10);
});

test('an update with a value that is not finite is refused', () => {
  expect(() => quantizeUpdate(update.with(3, Number.NaN), task)).toThrow(/expected update/);
});
