import * as tf from '@tensorflow/tfjs-core';

/**
 * Matrix product `a · b` whose gradients transpose explicitly: tfjs-wasm multiplies plain operands ten
 * times faster than ones with a transpose flag, which the gradients of its own `matMul` use.
 *
 * @param a `[M, K]`.
 * @param b `[K, N]`.
 * @returns `[M, N]`
 */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return multiply(a, b) as tf.Tensor2D;
}

const multiply = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
  const [a, b, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
  save([a, b]);
  return {
    value: tf.matMul(a, b),
    gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
      const [savedA, savedB] = saved as [tf.Tensor2D, tf.Tensor2D];
      const gradient = upstream as tf.Tensor2D; // [M, N]
      return [tf.matMul(gradient, tf.transpose(savedB)), tf.matMul(tf.transpose(savedA), gradient)];
    },
  };
});
