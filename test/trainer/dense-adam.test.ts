import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { DenseAdam } from '#trainer/dense-adam.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';
import { textbookAdam } from './textbook-adam.ts';

beforeAll(async () => {
  await startBackend();
});

test('Adam on whole variables moves each of them as the textbook’s does', () => {
  const random = seededRandom(595);
  const shapes: [number, number][] = [
    [2, 3],
    [4, 1],
  ];
  const starts = shapes.map(([rows, columns]) => spread(rows * columns, 1.5, random));
  const steps = Array.from({ length: 6 }, (_, i) => ({
    gradients: starts.map(({ length }) => spread(length, 2, random)),
    learningRate: 0.03 / (i + 2),
  }));
  const before = tf.memory().numTensors;
  const variables = starts.map((start, v) => tf.tidy(() => tf.variable(tf.tensor2d(start, shapes[v]))));
  const adam = new DenseAdam(variables);
  const { numTensors } = tf.memory();
  for (const { gradients, learningRate } of steps) {
    const tensors = gradients.map((gradient, v) => tf.tensor2d(gradient, shapes[v]));
    adam.apply(tensors, learningRate);
    tf.dispose(tensors);
    expect(tf.memory().numTensors).toBe(numTensors);
  }
  expect(adam.numSteps).toBe(6);
  variables.forEach((variable, v) => {
    const own = steps.map(({ gradients, learningRate }) => ({
      gradient: Array.from(gradients[v] as Float32Array),
      learningRate,
    }));
    const expected = textbookAdam(starts[v] as Float32Array, own);
    expect([...variable.dataSync()]).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });
  adam.dispose();
  tf.dispose(variables);
  expect(tf.memory().numTensors).toBe(before);
});

test('tiny gradients alone move a value by less than the learning rate', () => {
  const start = Float32Array.of(0.7);
  const steps = [{ gradient: [3e-9], learningRate: 0.25 }];
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(start)));
  const adam = new DenseAdam([variable]);
  tf.tidy(() => adam.apply([tf.tensor1d([3e-9])], 0.25));
  const [moved] = textbookAdam(start, steps) as [number];
  expect((start[0] as number) - moved).toBeCloseTo(0.25 * (3 / 13), 5);
  expect(variable.dataSync()[0]).toBeCloseTo(moved, 5);
  adam.dispose();
  variable.dispose();
});
