import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from './gather-rows.ts';
import type { NegativeSampler } from './negative-sampler.ts';
import { product } from './product.ts';
import type { TrainingBatch } from './sequences.ts';

/** Far below any logit: takes an accidental hit out of the softmax. */
const CLOSED = -1e9;

/**
 * Mean over the targets of −log softmax(session vector · item vector)[target].
 *
 * @param sessions `[B, T, D]`.
 * @param vectors `[N, D]`.
 * @returns A scalar.
 */
export function fullSoftmaxLoss(sessions: tf.Tensor3D, vectors: tf.Tensor2D, batch: TrainingBatch): tf.Scalar {
  const flat = flatten(sessions); // [B·T, D]
  const logits: tf.Tensor2D = product(flat, tf.transpose(vectors)); // [B·T, N]
  const own = tf.sum(tf.mul(flat, gatherRows(vectors, batch.targets)), 1); // [B·T]
  return meanOverTargets(tf.sub(logSumExp(logits), own), batch);
}

/**
 * The same with negatives sampled once for the batch, logits corrected by log Q (Bengio and Senécal
 * 2008; Yi et al. 2019): it tends to the full softmax as K grows.
 *
 * @param negatives int32 `[K]`.
 */
export function sampledSoftmaxLoss(
  sessions: tf.Tensor3D,
  vectors: tf.Tensor2D,
  batch: TrainingBatch,
  { negatives, sampler }: { readonly negatives: Int32Array; readonly sampler: NegativeSampler },
): tf.Scalar {
  const flat = flatten(sessions); // [B·T, D]
  const numNegatives = negatives.length;
  // log(K · Q) without its constant log K, which the softmax does not see.
  const logQ = (rows: ArrayLike<number>): Float32Array =>
    Float32Array.from(rows, (row) => sampler.logProbabilities[row] as number);
  const targets = batch.targetRows;
  const negativeRows = tf.tensor1d(negatives, 'int32');
  const negativeLogits = tf.sub(
    product(flat, tf.transpose(gatherRows(vectors, negativeRows))), // [B·T, K]
    tf.tensor2d(logQ(negatives), [1, numNegatives]),
  );
  const others = tf.add(negativeLogits, accidentalHits(targets, negatives)); // [B·T, K]
  const own = tf.sub(tf.sum(tf.mul(flat, gatherRows(vectors, batch.targets)), 1), tf.tensor1d(logQ(targets))); // [B·T]
  const all: tf.Tensor2D = tf.concat2d([tf.expandDims(own, 1), others as tf.Tensor2D], 1); // [B·T, 1 + K]
  return meanOverTargets(tf.sub(logSumExp(all), own), batch);
}

/** {@link CLOSED} where a negative is the target itself, else 0, `[B·T, K]`. Few are: found by look-up. */
function accidentalHits(targets: ArrayLike<number>, negatives: Int32Array): tf.Tensor2D {
  const columnsOf = new Map<number, number[]>();
  negatives.forEach((row, column) => {
    columnsOf.set(row, [...(columnsOf.get(row) ?? []), column]);
  });
  const closed = new Float32Array(targets.length * negatives.length);
  for (let position = 0; position < targets.length; position++) {
    for (const column of columnsOf.get(targets[position] as number) ?? []) {
      closed[position * negatives.length + column] = CLOSED;
    }
  }
  return tf.tensor2d(closed, [targets.length, negatives.length]);
}

function flatten(sessions: tf.Tensor3D): tf.Tensor2D {
  const [numSequences, numEvents, dim] = sessions.shape;
  return tf.reshape(sessions, [numSequences * numEvents, dim]);
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

function meanOverTargets(losses: tf.Tensor, { hasTarget, numTargets }: TrainingBatch): tf.Scalar {
  return tf.div(tf.sum(tf.mul(losses, hasTarget)), numTargets);
}
