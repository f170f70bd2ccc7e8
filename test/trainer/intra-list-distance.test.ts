import { expect, test } from 'vitest';
import { intraListDistance, meanIntraListDistance } from '#trainer/intra-list-distance.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, randomItems, spread } from '../model/random-model.ts';

/** Rows along axes, one of them twice as long, one opposite, one zero. */
const AXES = { dim: 3, values: [2, 0, 0, 0, 5, 0, 4, 0, 0, -3, 0, 0, 0, 0, 0, 1, 1, 0] };

test.each([
  ['of two copies is 0', [0, 2], 0],
  ['of two items with nothing in common is 1', [0, 1], 1],
  ['of two opposites is 2', [0, 3], 2],
  ['of a zero vector and another is 1', [4, 1], 1],
  ['is the mean over all pairs', [0, 2, 1], 2 / 3],
  ['counts pairs at an angle', [0, 5], 1 - Math.SQRT1_2],
  ['of one row is 0', [5], 0],
  ['of no row is 0', [], 0],
])('the distance %s', (_, rows, expected) => {
  expect(intraListDistance(rows, AXES)).toBeCloseTo(expected, 12);
});

test('the distance is that of every pair, one by one, by an item table and by float vectors', () => {
  const random = seededRandom(83);
  const items = randomItems(40, 7, random);
  const floats = { dim: 5, values: spread(40 * 5, 3.5, random) };
  const rows = Uint32Array.of(3, 39, 0, 17, 22, 8);
  const pairwise = (vectorOf: (row: number) => number[]) => {
    const distances: number[] = [];
    for (const [i, a] of rows.entries()) {
      for (const b of rows.slice(0, i)) {
        const [u, w] = [vectorOf(a), vectorOf(b)];
        distances.push(1 - exactDot(u, w) / Math.sqrt(exactDot(u, u) * exactDot(w, w)));
      }
    }
    return distances.reduce((sum, distance) => sum + distance) / distances.length;
  };
  expect(intraListDistance(rows, items)).toBeCloseTo(
    pairwise((row) => exactRow(items, row)),
    10,
  );
  expect(intraListDistance(rows, floats)).toBeCloseTo(
    pairwise((row) => Array.from(floats.values.subarray(row * 5, (row + 1) * 5))),
    10,
  );
});

test('the mean is over lists of at least two rows', () => {
  expect(meanIntraListDistance([[0, 1], [5], [0, 3], []], AXES)).toBeCloseTo(1.5, 12);
  expect(meanIntraListDistance([[5]], AXES)).toBe(0);
});
