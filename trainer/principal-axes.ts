import { Matrix, QrDecomposition } from 'ml-matrix';

/** Extra directions that make the wanted ones converge (Halko, Martinsson and Tropp 2011, section 4). */
const OVERSAMPLING = 8;
const POWER_ITERATIONS = 4;

/**
 * Coordinates of each row along the directions in which rows differ most: a randomized principal
 * component analysis (Halko, Martinsson and Tropp 2011, algorithm 4.4), without centering, since
 * the common part of texts says what the shop sells.
 *
 * @param rows `[N, width]`. Not modified.
 * @param count Directions wanted; fewer come where N or `width` is smaller, the rest is 0.
 * @param random Uniform in [0, 1), seeded.
 * @returns `[N, count]`, columns by falling variance.
 */
export function principalCoordinates(
  rows: Float32Array,
  { width, count, random }: { readonly width: number; readonly count: number; readonly random: () => number },
): Float32Array {
  const numRows = rows.length / width;
  const rank = Math.min(count + OVERSAMPLING, numRows, width);
  const gram = gramMatrix(rows, width);
  let basis = Matrix.random(width, rank, { random: () => random() - 0.5 });
  for (let i = 0; i < POWER_ITERATIONS; i++) {
    basis = new QrDecomposition(gram.mmul(basis)).orthogonalMatrix.subMatrix(0, width - 1, 0, rank - 1);
  }
  // Orthogonal iteration orders the columns by falling variance as it converges.
  const kept = Math.min(count, rank);
  const coordinates = new Float32Array(numRows * count);
  const axes = basis.to2DArray();
  for (let row = 0; row < numRows; row++) {
    for (let i = 0; i < width; i++) {
      const value = rows[row * width + i] as number;
      const axis = axes[i] as number[];
      for (let c = 0; c < kept; c++) {
        coordinates[row * count + c] = (coordinates[row * count + c] as number) + value * (axis[c] as number);
      }
    }
  }
  return coordinates;
}

/** Xᵀ · X, `[width, width]`. */
function gramMatrix(rows: Float32Array, width: number): Matrix {
  const gram = new Float64Array(width * width);
  for (let start = 0; start < rows.length; start += width) {
    for (let i = 0; i < width; i++) {
      const value = rows[start + i] as number;
      for (let j = 0; j <= i; j++) {
        gram[i * width + j] = (gram[i * width + j] as number) + value * (rows[start + j] as number);
      }
    }
  }
  const matrix = Matrix.zeros(width, width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, gram[i * width + j] as number);
      matrix.set(j, i, gram[i * width + j] as number);
    }
  }
  return matrix;
}
