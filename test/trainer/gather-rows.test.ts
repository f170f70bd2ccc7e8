import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { gatherRows } from '#trainer/gather-rows.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';
import { onBackend } from './on-backend.ts';

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

/** On the backend that trains, and on tfjs's own plain one. */
describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  onBackend(backend);

  test('gathering rows picks them, and its gradient adds up what each row was picked for', () => {
    const random = seededRandom(201);
    const [matrix, rows, upstream] = [spread(5 * 3, 2, random), [4, 2, 4, 0, 4, 2], spread(6 * 3, 2, random)];
    const [picked, gradient] = tf.tidy(() => {
      const [source, places] = [tf.tensor2d(matrix, [5, 3]), tf.tensor1d(rows, 'int32')];
      const lossOf = (m: tf.Tensor) =>
        tf.sum(tf.mul(gatherRows(m as tf.Tensor2D, places), tf.tensor2d(upstream, [6, 3])));
      const values = gatherRows(source, places);
      expect(values.shape).toEqual([6, 3]);
      return [values.dataSync().slice(), tf.grad(lossOf)(source).dataSync().slice()];
    });
    expect([...picked]).toEqual(rows.flatMap((row) => [...matrix.subarray(3 * row, 3 * row + 3)]));
    const sums = new Array<number>(15).fill(0);
    rows.forEach((row, m) => {
      for (let d = 0; d < 3; d++) sums[3 * row + d] = (sums[3 * row + d] as number) + (upstream[3 * m + d] as number);
    });
    expect([...gradient]).toEqual(close(sums, 5));
  });
});
