import * as tf from '@tensorflow/tfjs-core';

const BETA1 = 0.9;
const BETA2 = 0.98;
const EPSILON = 1e-8;

/** Running means of a gradient and of its squares. */
export interface AdamMoments {
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
}

export interface AdamStepOptions {
  /** This step included: from 1 on. */
  readonly numSteps: number;
  readonly learningRate: number;
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1).
 *
 * @param moments Before the step; 0 at the start.
 * @returns The moments after it, and what to subtract from the values.
 */
export function adamStep(
  gradient: tf.Tensor,
  moments: AdamMoments,
  { numSteps, learningRate }: AdamStepOptions,
): AdamMoments & { readonly step: tf.Tensor } {
  const mean = tf.add(tf.mul(moments.mean, BETA1), tf.mul(gradient, 1 - BETA1));
  const square = tf.add(tf.mul(moments.square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
  // Both corrections of the bias as two numbers, which saves two passes over the values.
  const root = Math.sqrt(1 - BETA2 ** numSteps);
  const rate = (learningRate * root) / (1 - BETA1 ** numSteps);
  return { mean, square, step: tf.mul(tf.div(mean, tf.add(tf.sqrt(square), EPSILON * root)), rate) };
}

/** A moment before the first step, in memory of its own. */
export function zeroMoment<R extends tf.Rank>({ shape }: tf.Variable<R>): tf.Variable<R> {
  const zeros = tf.zeros<R>(shape);
  const variable = tf.variable<R>(zeros, false);
  zeros.dispose();
  return variable;
}
