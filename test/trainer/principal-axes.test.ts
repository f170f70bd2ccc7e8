import { describe, expect, test } from 'vitest';
import { principalCoordinates } from '#trainer/principal-axes.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, spread } from '../model/random-model.ts';

/** Three directions at right angles, each of length 1. */
const AXES = [
  [1 / 3, 2 / 3, 2 / 3],
  [2 / 3, 1 / 3, -2 / 3],
  [2 / 3, -2 / 3, 1 / 3],
] as const;
/** Coordinates of four rows along them: columns at right angles, of falling length 20, 4 and 0.6. */
const COORDINATES = [
  [10, 2, 0.3],
  [10, -2, 0.3],
  [10, 2, -0.3],
  [10, -2, -0.3],
] as const;
const ROWS = Float32Array.from(
  COORDINATES.flatMap((row) =>
    [0, 1, 2].map((d) => row.reduce((sum, value, a) => sum + value * (AXES[a]?.[d] as number), 0)),
  ),
);

function coordinatesOf(rows: Float32Array, width: number, count: number): number[][] {
  const flat = principalCoordinates(rows, { width, count });
  return Array.from({ length: rows.length / width }, (_, row) => [...flat.subarray(row * count, (row + 1) * count)]);
}

/** Columns turned so that the first row is positive: an axis may point either way. */
function turned(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row) => row.map((value, c) => value * Math.sign(rows[0]?.[c] as number)));
}

describe('principal coordinates', () => {
  test('are those along the axes that the rows were built from, by falling variance', () => {
    expect(turned(coordinatesOf(ROWS, 3, 3))).toEqual(
      COORDINATES.map((row) => row.map((value) => expect.closeTo(value, 3))),
    );
  });

  test('may be cut to the first directions', () => {
    expect(turned(coordinatesOf(ROWS, 3, 2))).toEqual(
      COORDINATES.map((row) => row.slice(0, 2).map((value) => expect.closeTo(value, 3))),
    );
  });

  test('are 0 past the width of the rows', () => {
    for (const row of coordinatesOf(ROWS, 3, 5)) expect(row.slice(3).every((value) => value === 0)).toBe(true);
  });

  test('keep every product of two rows when no direction is left out', () => {
    const [numRows, width] = [9, 12];
    const rows = spread(numRows * width, 3, seededRandom(242));
    const coordinates = coordinatesOf(rows, width, width);
    for (let a = 0; a < numRows; a++) {
      for (let b = 0; b <= a; b++) {
        const exact = exactDot(rows.subarray(a * width, (a + 1) * width), rows.subarray(b * width, (b + 1) * width));
        expect(exactDot(coordinates[a] as number[], coordinates[b] as number[])).toBeCloseTo(exact, 3);
      }
    }
  });

  test('are the same for rows that are the same, and stay finite when all of them are', () => {
    const row = [3, -2, 5, 0.5];
    const coordinates = coordinatesOf(Float32Array.from([...row, ...row, ...row]), 4, 3);
    expect(coordinates[1]).toEqual(coordinates[0]);
    expect(Math.abs(coordinates[2]?.[0] as number)).toBeCloseTo(Math.hypot(...row), 4);
    expect(coordinates[2]?.slice(1)).toEqual([expect.closeTo(0, 4), expect.closeTo(0, 4)]);
  });
});
