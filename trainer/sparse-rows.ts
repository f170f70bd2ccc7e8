import { EigenvalueDecomposition } from 'ml-matrix';
import { gramMatrix } from './principal-axes.ts';
import type { Random } from './seeded-random.ts';

/** One row of a sparse matrix: its columns, each once, and their values. */
export interface SparseRow {
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** Passes over the rows: one, two and four give the same category purity within 2 points. */
export const POWER_ITERATIONS = 2;
/** Directions whose square is below this share of the largest one's are rounding. */
const SMALLEST_SHARE = 1e-10;

/**
 * Directions in which sparse rows lie: orthogonal iteration (Halko, Martinsson and Tropp 2011, algorithm
 * 4.4) that never builds a matrix of columns by columns.
 *
 * @param width Number of columns.
 * @param rank Directions wanted; where the rows span fewer, the rest is 0.
 * @param random Uniform in [0, 1), seeded.
 * @param onPass Awaited after every pass.
 * @returns `[width, rank]`, columns at right angles and of length 1, in no order.
 */
export async function principalBasis(
  rows: readonly SparseRow[],
  {
    width,
    rank,
    random,
    onPass,
  }: {
    readonly width: number;
    readonly rank: number;
    readonly random: Random;
    readonly onPass: (numPasses: number) => Promise<void>;
  },
): Promise<Float32Array> {
  let basis: Float32Array = Float32Array.from({ length: width * rank }, () => random() - 0.5);
  for (let pass = 1; pass <= POWER_ITERATIONS; pass++) {
    basis = orthonormal(timesGram(rows, basis, rank), rank);
    await onPass(pass);
  }
  return basis;
}

/**
 * Coordinates of a row in a basis, added to `out`.
 *
 * @param basis `[width, rank]`.
 * @param out `[rank]`.
 */
export function addCoordinates({ columns, values }: SparseRow, basis: Float32Array, out: Float64Array): void {
  const rank = out.length;
  for (let i = 0; i < columns.length; i++) {
    const start = (columns[i] as number) * rank;
    const value = values[i] as number;
    for (let c = 0; c < rank; c++) out[c] = (out[c] as number) + value * (basis[start + c] as number);
  }
}

/** Xᵀ · X · basis, `[width, rank]`, row by row of X. */
function timesGram(rows: readonly SparseRow[], basis: Float32Array, rank: number): Float32Array {
  const product = new Float32Array(basis.length);
  const coordinates = new Float64Array(rank);
  for (const row of rows) {
    coordinates.fill(0);
    addCoordinates(row, basis, coordinates);
    const { columns, values } = row;
    for (let i = 0; i < columns.length; i++) {
      const start = (columns[i] as number) * rank;
      const value = values[i] as number;
      for (let c = 0; c < rank; c++) {
        product[start + c] = (product[start + c] as number) + value * (coordinates[c] as number);
      }
    }
  }
  return product;
}

/**
 * The same directions at right angles, by the eigenvectors of their products: Gram-Schmidt and
 * Householder go over `columns` once for each pair, this twice.
 */
function orthonormal(columns: Float32Array, rank: number): Float32Array {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gramMatrix(columns, rank), {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  const turn = new Float64Array(rank * rank);
  realEigenvalues.forEach((square, c) => {
    if (square <= SMALLEST_SHARE * largest) return;
    for (let i = 0; i < rank; i++) turn[i * rank + c] = eigenvectorMatrix.get(i, c) / Math.sqrt(square);
  });
  const turned = new Float32Array(columns.length);
  const sums = new Float64Array(rank);
  for (let start = 0; start < columns.length; start += rank) {
    sums.fill(0);
    for (let i = 0; i < rank; i++) {
      const value = columns[start + i] as number;
      for (let c = 0; c < rank; c++) sums[c] = (sums[c] as number) + value * (turn[i * rank + c] as number);
    }
    turned.set(sums, start);
  }
  return turned;
}
