import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantizeRow, dotRow, inverseNorm, quantizeRows } from '#model/item-table.ts';

const DIM = 5;

function roundTrip(vectors: Float32Array, dim: number) {
  const { scales, values } = quantizeRows(vectors, dim);
  const back = new Float32Array(vectors.length);
  scales.forEach((_, row) => {
    dequantizeRow({ dim, scales, values }, row, back, row * dim);
  });
  return { scales, values, back };
}

describe('quantizing rows', () => {
  test('moves no value by more than half the scale of its row', () => {
    const value = fc.oneof(
      fc.float({ min: -100, max: 100, noNaN: true }),
      fc.float({ min: -(2 ** 120), max: 2 ** 120, noNaN: true }),
    );
    const rows = fc.array(fc.array(value, { minLength: DIM, maxLength: DIM }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, (list) => {
        const vectors = Float32Array.from(list.flat());
        const { scales, back } = roundTrip(vectors, DIM);
        vectors.forEach((value, i) => {
          const scale = scales[Math.floor(i / DIM)] as number;
          // 1e-4: the scale itself is rounded to float32, and so are its products.
          const bound = scale > 0 ? (scale / 2) * (1 + 1e-4) : 1.5e-36;
          expect(Math.abs((back[i] as number) - value)).toBeLessThanOrEqual(bound);
        });
      }),
      { seed: 51, numRuns: 400 },
    );
  });

  test('gives the largest magnitude of a row 127 steps', () => {
    const { scales, values } = quantizeRows(Float32Array.of(0.5, -2.54, 1.27, 31, 60, 0.2), 3);
    expect([...scales]).toEqual([Math.fround(0.02), Math.fround(60 / 127)].map((scale) => expect.closeTo(scale, 7)));
    expect([...values]).toEqual([25, -127, 64, 66, 127, 0]);
  });

  test('gives a zero row the scale 0', () => {
    const { scales, values, back } = roundTrip(Float32Array.of(0, -0, 0, 3, 4, 5), 3);
    expect(scales[0]).toBe(0);
    expect([...values.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...back.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  test('gives a row the scale 0 that is too small for a scale with all its digits', () => {
    const { scales, values } = quantizeRows(Float32Array.of(3e-43, -2e-43, 4e-36, 3e-36), 2);
    expect([...scales]).toEqual([0, expect.closeTo(4e-36 / 127, 42)]);
    expect([...values]).toEqual([0, 0, 127, 95]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the value %d', (value) => {
    expect(() => quantizeRows(Float32Array.of(2, 3, 4, value), 2)).toThrow(/in row 1$/);
  });

  test('leaves the vectors as they were', () => {
    const vectors = Float32Array.of(0.7, -0.3);
    quantizeRows(vectors, 2);
    expect(vectors).toEqual(Float32Array.of(0.7, -0.3));
  });
});

test('a row is written at its offset and nowhere else', () => {
  const table = { dim: 2, scales: Float32Array.of(0.5, 0.25), values: Int8Array.of(8, -6, 20, -12) };
  const out = new Float32Array(5).fill(99);
  dequantizeRow(table, 1, out, 2);
  expect([...out]).toEqual([99, 99, 5, -3, 99]);
});

test('the inverse norm of a row is one over its length, and 0 for a zero row', () => {
  const table = { numItems: 3, dim: 2, scales: Float32Array.of(0.5, 2, 0), values: Int8Array.of(30, -40, 5, 12, 7, 7) };
  expect([0, 1, 2].map((row) => inverseNorm(table, row))).toEqual(
    [1 / 25, 1 / 26, 0].map((value) => expect.closeTo(value, 12)),
  );
});

test('the product of a query with a row loses nothing to rounding', () => {
  const scales = Float32Array.of(3, 0.5);
  const table = { numItems: 2, dim: 3, scales, values: Int8Array.of(-20, 4, 70, 7, -3, 7) };
  expect(dotRow(table, 0, Float32Array.of(0.5, 0.25, -2))).toBe(-447);
  expect(dotRow(table, 1, Float32Array.of(0.5, 0.25, -2))).toBe(-5.625);
  // In float32 the value in the middle would be lost beside the one before it.
  expect(dotRow(table, 1, Float32Array.of(2 ** 30, 5, -(2 ** 30)))).toBe(-7.5);
});
