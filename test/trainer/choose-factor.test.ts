import { expect, test } from 'vitest';
import { readFactor } from '#model/factor.ts';
import { chooseFactor } from '#trainer/choose-factor.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';

const [DIM, RANK] = [20, 3];
/** Rows that differ in the first half of their numbers much more than in the second, turned by nothing. */
const VECTORS = spread(50 * DIM, 1, seededRandom(7)).map((value, i) => (i % DIM < 12 ? 5 * value : 0.02 * value));
const rowsOf = (round: number, seed = 3): number[][] => {
  const factor = readFactor(chooseFactor(VECTORS, { dim: DIM, rank: RANK, round, seed }), { rank: RANK, dim: DIM });
  return Array.from({ length: RANK }, (_, r) => [...factor.subarray(r * DIM, (r + 1) * DIM)]);
};
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

test('a sweep of four rounds asks once for each of the leading directions', () => {
  const rows = [0, 1, 2, 3].flatMap((round) => rowsOf(round));
  for (const [i, row] of rows.entries()) {
    for (const [j, other] of rows.entries()) expect(dot(row, other)).toBeCloseTo(i === j ? 1 : 0, 1);
    expect(Math.hypot(...row.slice(12))).toBeLessThan(0.05);
  }
});

test('the next sweep turns the directions', () => {
  const similarity = Math.max(...rowsOf(0).map((row, r) => Math.abs(dot(row, rowsOf(4)[r] as number[]))));
  expect(similarity).toBeLessThan(0.95);
});

test('the same round asks for the same directions', () => {
  expect(rowsOf(5)).toEqual(rowsOf(5));
});

test('as many directions as there are can be asked for at once', () => {
  const factor = chooseFactor(VECTORS, { dim: DIM, rank: 16, round: 1, seed: 3 });
  expect(readFactor(factor, { rank: 16, dim: DIM }).every(Number.isFinite)).toBe(true);
});
