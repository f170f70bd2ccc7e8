import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * Coordinates of each row along the directions in which rows differ most: a principal component
 * analysis by the eigenvectors of Xᵀ · X. Nothing is subtracted: pass rows less their mean.
 *
 * @param rows `[N, width]`. Not modified.
 * @param count Directions wanted; past `width` the rest is 0.
 * @returns `[N, count]`, columns by falling variance.
 */
export function principalCoordinates(
  rows: Float32Array,
  { width, count }: { readonly width: number; readonly count: number },
): Float32Array {
  const axes = principalAxes(gramMatrix(rows, width), Math.min(count, width));
  const numRows = rows.length / width;
  const coordinates = new Float32Array(numRows * count);
  for (let row = 0; row < numRows; row++) {
    for (let i = 0; i < width; i++) {
      const value = rows[row * width + i] as number;
      const axis = axes[i] as Float64Array;
      for (let c = 0; c < axis.length; c++) {
        coordinates[row * count + c] = (coordinates[row * count + c] as number) + value * (axis[c] as number);
      }
    }
  }
  return coordinates;
}

/** Eigenvectors of the largest eigenvalues, `[width][count]`, one a column. */
export function principalAxes(gram: Matrix, count: number): Float64Array[] {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const order = realEigenvalues
    .map((_, column) => column)
    .sort((a, b) => (realEigenvalues[b] as number) - (realEigenvalues[a] as number))
    .slice(0, count);
  return Array.from({ length: gram.rows }, (_, i) =>
    Float64Array.from(order, (column) => eigenvectorMatrix.get(i, column)),
  );
}

/** Xᵀ · X, `[width, width]`. */
export function gramMatrix(rows: Float32Array, width: number): Matrix {
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
