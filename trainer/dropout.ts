import * as tf from '@tensorflow/tfjs-core';
import type { Random } from './seeded-random.ts';

/**
 * Leaves out each value with probability `rate` and scales the others up (Srivastava et al. 2014).
 *
 * @param rate 0…1, taken to the nearest 1/256.
 * @param random Seeded, which the random numbers of tfjs are not on every backend.
 */
export function dropValues(values: tf.Tensor2D, rate: number, random: Random): tf.Tensor2D {
  if (rate === 0) return values;
  return tf.mul(values, tf.tensor2d(keepMask(values.size, rate, random), values.shape));
}

/** 0 with probability `rate`, else 1 / (1 − rate); one random number serves four places. */
export function keepMask(size: number, rate: number, random: Random): Float32Array {
  const threshold = Math.round(256 * rate);
  const kept = 256 / (256 - threshold);
  const mask = new Float32Array(size);
  for (let i = 0; i < size; ) {
    let bits = Math.floor(random() * 2 ** 32);
    for (const end = Math.min(size, i + 4); i < end; i++) {
      mask[i] = (bits & 255) < threshold ? 0 : kept;
      bits >>>= 8;
    }
  }
  return mask;
}
