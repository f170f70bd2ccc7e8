import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from './gather-rows.ts';
import { product } from './product.ts';
import { sharedSoftmaxThreads } from './softmax-threads.ts';
import { wasmMemory } from './wasm-memory.ts';

/** Which rows of a step's item table are targets and which negatives. */
export interface SoftmaxRows {
  /** `[P]`, each position's target. */
  readonly targets: Int32Array;
  /** `[P]`, each position's share of the loss; 0 in padding. */
  readonly weights: Float32Array;
  /** `[P]`, log of how likely the target is drawn as a negative. */
  readonly targetLogQ: Float32Array;
  /** `[K]`, shared by all positions. */
  readonly negatives: Int32Array;
  /** `[K]`. */
  readonly negativeLogQ: Float32Array;
}

/** Far below any logit: takes an accidental hit out of the softmax. */
const CLOSED = -1e9;

/**
 * Weighted sum over the positions of −log softmax(session · item)[target] among the target and the
 * negatives, logits corrected by log Q (Bengio and Senécal 2008; Yi et al. 2019): it tends to the full
 * softmax as K grows, and is the full softmax where the negatives are all items and every log Q is 0.
 * A negative that is the position's own target is left out.
 *
 * On WebAssembly all cores work on it at once; elsewhere it is made of tfjs's own operations.
 *
 * @param sessions `[P, D]`, D a multiple of 8. @param table `[U, D]`.
 * @returns A scalar.
 */
export function sampledSoftmaxLoss(sessions: tf.Tensor2D, table: tf.Tensor2D, rows: SoftmaxRows): tf.Scalar {
  return tf.getBackend() === 'wasm' ? lossByThreads(sessions, table, rows) : lossByTensors(sessions, table, rows);
}

function lossByThreads(sessions: tf.Tensor2D, table: tf.Tensor2D, rows: SoftmaxRows): tf.Scalar {
  const pool = sharedSoftmaxThreads();
  const loss = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [s, t, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const result = pool.run({
      dim: s.shape[1],
      sessions: wasmMemory(s),
      table: wasmMemory(t),
      ...rows,
    });
    save([tf.tensor2d(result.sessionGradients, s.shape), tf.tensor2d(result.tableGradients, t.shape)]);
    return {
      value: tf.scalar(result.loss),
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => saved.map((gradient) => tf.mul(gradient, upstream)),
    };
  });
  return loss(sessions, table) as tf.Scalar;
}

function lossByTensors(sessions: tf.Tensor2D, table: tf.Tensor2D, rows: SoftmaxRows): tf.Scalar {
  const { targets, weights, targetLogQ, negatives, negativeLogQ } = rows;
  const negativeVectors = gatherRows(table, tf.tensor1d(negatives, 'int32')); // [K, D]
  const negativeLogits = tf.sub(
    product(sessions, tf.transpose(negativeVectors)),
    tf.tensor2d(negativeLogQ, [1, negatives.length]),
  ); // [P, K]
  const targetRows = tf.tensor1d(targets, 'int32');
  const isHit = tf.equal(tf.expandDims(targetRows, 1), tf.tensor2d(negatives, [1, negatives.length], 'int32'));
  const others = tf.add(negativeLogits, tf.mul(tf.cast(isHit, 'float32'), CLOSED)) as tf.Tensor2D; // [P, K]
  const own = tf.sub(tf.sum(tf.mul(sessions, gatherRows(table, targetRows)), 1), tf.tensor1d(targetLogQ)); // [P]
  const all = tf.concat2d([tf.expandDims(own, 1) as tf.Tensor2D, others], 1); // [P, 1 + K]
  return tf.sum(tf.mul(tf.sub(logSumExp(all), own), tf.tensor1d(weights)));
}

/**
 * Over the last axis, `[M, K]` → `[M]`, with the softmax as its gradient: tfjs would go back through
 * the maximum, which costs as much as all the rest.
 */
const logSumExp = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
  const [logits, save] = inputs as [tf.Tensor2D, tf.GradSaveFunc];
  const largest = tf.max(logits, 1, true);
  const odds = tf.exp(tf.sub(logits, largest)); // [M, K]
  const total = tf.sum(odds, 1, true);
  save([odds, total]);
  return {
    value: tf.squeeze(tf.add(tf.log(total), largest), [1]),
    gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
      const [savedOdds, savedTotal] = saved as [tf.Tensor2D, tf.Tensor2D];
      return tf.mul(savedOdds, tf.div(tf.expandDims(upstream, 1), savedTotal));
    },
  };
});
