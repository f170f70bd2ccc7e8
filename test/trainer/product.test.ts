import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { product } from '#trainer/product.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';
import { onBackend } from './on-backend.ts';

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

/** On the backend that trains, and on tfjs's own plain one. */
describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  onBackend(backend);

  test('a product and both its gradients are those of tfjs’s own matMul', () => {
    const random = seededRandom(202);
    const [a, b, upstream] = [spread(4 * 3, 2, random), spread(3 * 5, 2, random), spread(4 * 5, 2, random)];
    const resultsOf = (multiply: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor) =>
      tf.tidy(() => {
        const inputs = [tf.tensor2d(a, [4, 3]), tf.tensor2d(b, [3, 5])] as const;
        const lossOf = (x: tf.Tensor, y: tf.Tensor) =>
          tf.sum(tf.mul(multiply(x as tf.Tensor2D, y as tf.Tensor2D), tf.tensor2d(upstream, [4, 5]))) as tf.Scalar;
        const tensors = [multiply(...inputs), ...tf.grads(lossOf)([...inputs])];
        expect(tensors.map(({ shape }) => shape)).toEqual([
          [4, 5],
          [4, 3],
          [3, 5],
        ]);
        return tensors.flatMap((tensor) => [...tensor.dataSync()]);
      });
    expect(resultsOf(product)).toEqual(
      close(
        resultsOf((x, y) => tf.matMul(x, y)),
        4,
      ),
    );
  });
});
