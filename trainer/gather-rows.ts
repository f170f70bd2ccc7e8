import * as tf from '@tensorflow/tfjs-core';
import { readRows } from './table-rows.ts';
import { wasmMemory } from './wasm-memory.ts';

/**
 * Rows of a matrix, with a gradient that tfjs-wasm can compute: it has no `UnsortedSegmentSum`, so the
 * gradient of its own `gather` throws there.
 *
 * @param matrix `[N, D]`.
 * @param rows int32 `[M]`.
 * @returns `[M, D]`
 */
export function gatherRows(matrix: tf.Tensor2D, rows: tf.Tensor1D): tf.Tensor2D {
  if (tf.getBackend() !== 'wasm') return tf.gather(matrix, rows);
  const indexes = rows.dataSync().slice() as Int32Array; // the tensor is gone when the gradient is taken
  const gather = tf.customGrad((source: tf.Tensor | tf.GradSaveFunc) => ({
    value: readRows(source as tf.Tensor2D, rows),
    gradFunc: (upstream: tf.Tensor) => scatterAdd(upstream as tf.Tensor2D, indexes, matrix.shape[0]),
  }));
  return gather(matrix) as tf.Tensor2D;
}

/** Adds row m of `values` `[M, D]` to row `rows[m]` of a zero `[numRows, D]`. */
function scatterAdd(values: tf.Tensor2D, rows: Int32Array, numRows: number): tf.Tensor2D {
  const dim = values.shape[1];
  const added = wasmMemory(values);
  const sums = new Float32Array(numRows * dim);
  let at = 0;
  for (const row of rows) {
    const start = row * dim;
    for (let d = 0; d < dim; d++) sums[start + d] = (sums[start + d] as number) + (added[at++] as number);
  }
  return tf.tensor2d(sums, [numRows, dim]);
}
