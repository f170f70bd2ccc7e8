import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { sampledSoftmaxLoss } from '#trainer/sampled-softmax.ts';
import type { SoftmaxInput } from '#trainer/softmax-threads.ts';
import { onBackend } from './on-backend.ts';
import { randomSoftmax, slowSoftmax } from './slow-softmax.ts';

/** The loss and its gradients by sessions and by the table, times `upstream`. */
function valueAndGradients(input: SoftmaxInput, upstream: number) {
  const { dim, sessions, table } = input;
  const shapes = [sessions, table].map((values): [number, number] => [values.length / dim, dim]);
  return tf.tidy(() => {
    const tensors = [sessions, table].map((values, i) => tf.tensor2d(values, shapes[i]));
    const lossOf = (s: tf.Tensor, t: tf.Tensor) =>
      tf.mul(sampledSoftmaxLoss(s as tf.Tensor2D, t as tf.Tensor2D, input), upstream) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(lossOf)(tensors);
    expect(value.shape).toEqual([]);
    expect(grads.map(({ shape }) => shape)).toEqual(shapes);
    return { value: value.dataSync()[0] as number, gradients: grads.flatMap((gradient) => [...gradient.dataSync()]) };
  });
}

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

const SIZES = { dim: 16, numItems: 21, numPositions: 13, numNegatives: 11 };

/** By the threads, and by tfjs's own operations. */
describe.each(['wasm', 'cpu'])('the sampled softmax on the %s backend', (backend) => {
  onBackend(backend);

  test.each([
    ['D = 8', { dim: 8, numItems: 9, numPositions: 3, numNegatives: 5 }],
    ['D = 16', SIZES],
    ['D = 64', { dim: 64, numItems: 90, numPositions: 41, numNegatives: 70 }],
  ])('has the loss and the gradients of the slow one with %s', (_, sizes) => {
    const input = randomSoftmax(561, sizes);
    const { loss, sessionGradients, tableGradients } = slowSoftmax(input);
    const { value, gradients } = valueAndGradients(input, 1);
    expect(value / loss).toBeCloseTo(1, 5);
    expect(gradients).toEqual(close([...sessionGradients, ...tableGradients], 4));
  });

  test('passes on the factor that its loss counts in', () => {
    const input = randomSoftmax(562, SIZES);
    const { loss, sessionGradients, tableGradients } = slowSoftmax(input);
    const { value, gradients } = valueAndGradients(input, -0.3);
    expect(value / loss).toBeCloseTo(-0.3, 5);
    expect(gradients).toEqual(
      close(
        [...sessionGradients, ...tableGradients].map((gradient) => -0.3 * gradient),
        5,
      ),
    );
  });

  test('is the full softmax where the negatives are all items and every log Q is 0', () => {
    const random = randomSoftmax(563, SIZES);
    const negatives = Int32Array.from({ length: SIZES.numItems }, (_, row) => row);
    const input = {
      ...random,
      negatives,
      negativeLogQ: new Float32Array(SIZES.numItems),
      targetLogQ: new Float32Array(SIZES.numPositions),
    };
    const expected = tf.tidy(() => {
      const logits = tf.matMul(
        tf.tensor2d(input.sessions, [SIZES.numPositions, SIZES.dim]),
        tf.tensor2d(input.table, [SIZES.numItems, SIZES.dim]),
        false,
        true,
      );
      const shares = tf.logSoftmax(logits).arraySync() as number[][];
      return shares.reduce(
        (sum, row, at) => sum - (input.weights[at] as number) * (row[input.targets[at] as number] as number),
        0,
      );
    });
    expect(valueAndGradients(input, 1).value / expected).toBeCloseTo(1, 5);
  });

  test('corrects each logit by how likely its item is drawn', () => {
    const input = randomSoftmax(564, SIZES);
    const uncorrected = slowSoftmax({
      ...input,
      targetLogQ: new Float32Array(SIZES.numPositions),
      negativeLogQ: new Float32Array(SIZES.numNegatives),
    });
    const { value } = valueAndGradients(input, 1);
    expect(Math.abs(value / uncorrected.loss - 1)).toBeGreaterThan(0.02);
    // A constant that all logits have in common, such as log K, changes nothing.
    const shifted = {
      ...input,
      targetLogQ: input.targetLogQ.map((logQ) => logQ + 2.5),
      negativeLogQ: input.negativeLogQ.map((logQ) => logQ + 2.5),
    };
    expect(valueAndGradients(shifted, 1).value / value).toBeCloseTo(1, 5);
  });
});
