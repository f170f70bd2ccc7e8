import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { addCoordinates, POWER_ITERATIONS, principalBasis, type SparseRow } from '#trainer/sparse-rows.ts';
import { exactDot } from '../model/random-model.ts';

const WIDTH = 40;
const RANK = 7;

/** Rows within five directions of three columns each, the first ones longest, and one empty row. */
function rowsOf(numRows: number): SparseRow[] {
  const random = seededRandom(271);
  const rows = Array.from({ length: numRows }, (_, row) => {
    const direction = row % 5;
    const length = (6 - direction) * (0.5 + random());
    return {
      columns: Uint32Array.of(direction, direction + 10, direction + 20),
      values: Float32Array.of(0.6 * length, -0.5 * length, 0.4 * length),
    };
  });
  return [...rows, { columns: new Uint32Array(), values: new Float32Array() }];
}

const basisOf = (rows: readonly SparseRow[], seed = 272) =>
  principalBasis(rows, { width: WIDTH, rank: RANK, random: seededRandom(seed), onPass: async () => {} });
const column = (basis: Float32Array, c: number) =>
  Array.from({ length: WIDTH }, (_, i) => basis[i * RANK + c] as number);
const coordinatesOf = (row: SparseRow, basis: Float32Array) => {
  const out = new Float64Array(RANK);
  addCoordinates(row, basis, out);
  return out;
};

describe('the principal basis of sparse rows', () => {
  test('has columns at right angles, of length 1, and of 0 past the rows’ directions', async () => {
    const basis = await basisOf(rowsOf(60));
    const columns = Array.from({ length: RANK }, (_, c) => column(basis, c));
    const lengths = columns.map((values) => exactDot(values, values)).sort((a, b) => b - a);
    expect(lengths).toEqual([1, 1, 1, 1, 1, 0, 0].map((length) => expect.closeTo(length, 5)));
    columns.forEach((a, i) => {
      for (const b of columns.slice(0, i)) expect(exactDot(a, b)).toBeCloseTo(0, 5);
    });
  });

  test('keeps the length of every row that lies in it', async () => {
    const rows = rowsOf(60);
    const basis = await basisOf(rows);
    for (const row of rows) {
      const coordinates = coordinatesOf(row, basis);
      expect(exactDot(coordinates, coordinates)).toBeCloseTo(exactDot(row.values, row.values), 3);
    }
  });

  test('keeps the longest directions where there are more than asked for', async () => {
    const rows = Array.from({ length: 4 * WIDTH }, (_, i) => ({
      columns: Uint32Array.of(i % WIDTH),
      values: Float32Array.of(i % WIDTH < RANK ? 9 : 1.5),
    }));
    const basis = await basisOf(rows);
    for (let i = 0; i < WIDTH; i++) {
      const squares = exactDot(basis.subarray(i * RANK, (i + 1) * RANK), basis.subarray(i * RANK, (i + 1) * RANK));
      expect(squares).toBeCloseTo(i < RANK ? 1 : 0, 2);
    }
  });

  test('is the same for the same seed and spans the same for another', async () => {
    const rows = rowsOf(60);
    const [basis, again, other] = await Promise.all([basisOf(rows), basisOf(rows), basisOf(rows, 273)]);
    expect(again).toEqual(basis);
    expect(other).not.toEqual(basis);
  });

  test('tells of every pass', async () => {
    const passes: number[] = [];
    await principalBasis(rowsOf(9), {
      width: WIDTH,
      rank: RANK,
      random: seededRandom(274),
      async onPass(pass) {
        passes.push(pass);
      },
    });
    expect(passes).toEqual(Array.from({ length: POWER_ITERATIONS }, (_, i) => i + 1));
  });
});

test('coordinates in a basis are products with its columns, added to what is there', () => {
  const basis = Float32Array.of(2, -3, 0.5, 4, 7, 0.25); // [3, 2]
  const out = Float64Array.of(100, 200);
  addCoordinates({ columns: Uint32Array.of(2, 0), values: Float32Array.of(3, -5) }, basis, out);
  expect([...out]).toEqual([100 + 3 * 7 - 5 * 2, 200 + 3 * 0.25 - 5 * -3]);
});
