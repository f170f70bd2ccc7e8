import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCodes } from '#model/decode-codes.ts';
import { type Codebooks, codedSlice } from '#protocol/item-codes.ts';
import { encodeWithCodebooks, learnCodebooks } from '#trainer/product-quantizer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, spread } from '../model/random-model.ts';

const DIM = 32;

/** Rows as a device would have them. */
function decoded(vectors: Float32Array, codebooks: Codebooks) {
  return { dim: DIM, ...decodeCodes(encodeWithCodebooks(vectors, codebooks, DIM), codebooks, DIM) };
}

/** Rows around a few centers, as products of one kind are. */
function clusteredRows(numRows: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const centers = spread(20 * DIM, 1.4, random);
  return Float32Array.from({ length: numRows * DIM }, (_, i) => {
    const center = (Math.floor(i / DIM) * 7) % 20;
    return (centers[center * DIM + (i % DIM)] as number) + 0.5 * (random() - 0.5);
  });
}

describe('codebooks', () => {
  test('hold every row of a small catalog to a step or so of int8', () => {
    const vectors = spread(200 * DIM, 1.5, seededRandom(61));
    const table = decoded(vectors, learnCodebooks(vectors, { dim: DIM, random: seededRandom(62) }));
    for (let row = 0; row < 200; row++) {
      exactRow(table, row).forEach((value, d) => {
        expect(Math.abs(value - (vectors[row * DIM + d] as number))).toBeLessThan(0.02);
      });
    }
  });

  test('leave dot products close to those of the rows', () => {
    const vectors = clusteredRows(1500, 63);
    const table = decoded(vectors, learnCodebooks(vectors, { dim: DIM, random: seededRandom(64) }));
    const rows = Array.from({ length: 1500 }, (_, row) => exactRow(table, row));
    const queries = clusteredRows(40, 65);
    let squaredError = 0;
    let squares = 0;
    for (let query = 0; query < 40; query++) {
      const asked = queries.subarray(query * DIM, (query + 1) * DIM);
      for (const [row, coded] of rows.entries()) {
        const exact = exactDot(asked, vectors.subarray(row * DIM, (row + 1) * DIM));
        squaredError += (exactDot(asked, coded) - exact) ** 2;
        squares += exact ** 2;
      }
    }
    // 0.11 if only the clusters' centers were kept.
    expect(Math.sqrt(squaredError / squares)).toBeLessThan(0.05);
  });

  test('are the same for the same rows and seed, and not for another seed', () => {
    const vectors = clusteredRows(400, 66);
    const learn = (seed: number) => learnCodebooks(vectors, { dim: DIM, random: seededRandom(seed) });
    expect(learn(67)).toEqual(learn(67));
    expect(learn(67)).not.toEqual(learn(68));
  });

  test('serve a far-off row by a centroid of its own', () => {
    const vectors = clusteredRows(700, 69);
    vectors.fill(9.5, 456 * DIM, 457 * DIM);
    const table = decoded(vectors, learnCodebooks(vectors, { dim: DIM, random: seededRandom(70) }));
    for (const value of exactRow(table, 456)) expect(value).toBeCloseTo(9.5, 1);
  });

  test('are zeros for rows of zeros', () => {
    const codebooks = learnCodebooks(new Float32Array(300 * DIM), { dim: DIM, random: seededRandom(71) });
    expect([...codebooks.scales, ...codebooks.values].every((value) => value === 0)).toBe(true);
  });

  test.each([Number.NaN, Number.NEGATIVE_INFINITY])('are not learned from rows with a %d', (value) => {
    const vectors = clusteredRows(300, 72).with(777, value);
    expect(() => learnCodebooks(vectors, { dim: DIM, random: seededRandom(73) })).toThrow(RangeError);
  });
});

/** A code's centroids by the layout of the file, `[256, DIM]`, 0 where the code stands for nothing. */
function centroidsOf({ scales, values }: Codebooks, code: number): number[][] {
  const slices = Array.from({ length: code }, (_, before) => codedSlice(before, DIM));
  const start = slices.reduce((sum, { from, to }) => sum + 256 * (to - from), 0);
  const { from, to } = codedSlice(code, DIM);
  return Array.from({ length: 256 }, (_, centroid) =>
    Array.from({ length: DIM }, (_value, d) =>
      d < from || d >= to ? 0 : (scales[code] as number) * (values[start + (d - from) * 256 + centroid] as number),
    ),
  );
}

test('codes of the whole name the nearest centroid, codes of parts weigh an error along the vector threefold', () => {
  const anyBooks = fc.record({
    scales: fc.float32Array({ min: Math.fround(0.01), max: 0.5, noNaN: true, minLength: 16, maxLength: 16 }),
    values: fc.int8Array({ minLength: 768 * DIM, maxLength: 768 * DIM }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(anyBooks, ({ scales, values, seed }) => {
      const vector = spread(DIM, 30, seededRandom(seed));
      const codes = encodeWithCodebooks(vector, { scales, values }, DIM);
      const books = Array.from({ length: 16 }, (_, code) => centroidsOf({ scales, values }, code));
      let left = [...vector];
      for (const [code, book] of books.slice(0, 15).entries()) {
        const named = book[codes[code] as number] as number[];
        const squares = book.map((centroid) => squaresOf(minus(left, centroid)));
        const most = Math.min(...squares) * (1 + 1e-4) + 1e-3; // ties in float32 are not ties in float64
        if (code < 2) expect(squaresOf(minus(left, named))).toBeLessThanOrEqual(most);
        left = minus(left, named);
      }
      // The last code was chosen last, so it is the best one beside all others.
      const costOf = (centroid: number[]): number => {
        const error = minus(left, centroid);
        return squaresOf(error) + (2 * exactDot(error, vector) ** 2) / squaresOf(vector);
      };
      const last = books[15] as number[][];
      const cost = costOf(last[codes[15] as number] as number[]);
      expect(cost).toBeLessThanOrEqual(Math.min(...last.map(costOf)) * (1 + 1e-4) + 1e-3);
    }),
    { seed: 75, numRuns: 20 },
  );
});

function minus(a: ArrayLike<number>, b: readonly number[]): number[] {
  return Array.from(a, (value, d) => value - (b[d] as number));
}

function squaresOf(values: ArrayLike<number>): number {
  return exactDot(values, values);
}
