import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { RowAdam } from '#trainer/row-adam.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';
import { textbookAdam } from './textbook-adam.ts';

beforeAll(async () => {
  await startBackend();
});

const [NUM_ROWS, DIM] = [6, 3];

interface Step {
  readonly rows: readonly number[];
  readonly gradient: Float32Array;
  readonly learningRate: number;
}

/** Each step touches other rows, some never. */
const STEPS: readonly Step[] = (() => {
  const random = seededRandom(591);
  const touched = [[4, 0], [0], [1, 4, 5], [5, 0], [4, 1, 0, 5]];
  return touched.map((rows, i) => ({
    rows,
    gradient: spread(rows.length * DIM, 2, random),
    learningRate: 0.03 / (i + 2),
  }));
})();
const START = spread(NUM_ROWS * DIM, 1.5, seededRandom(592));

/** The steps as gradients of the whole table. */
function textbookAfter(steps: readonly Step[]): number[] {
  const whole = steps.map(({ rows, gradient, learningRate }) => ({
    gradient: Array.from(START, (_, i) => {
      const place = rows.indexOf(Math.floor(i / DIM));
      return place === -1 ? undefined : gradient[place * DIM + (i % DIM)];
    }),
    learningRate,
  }));
  return textbookAdam(START, whole);
}

/** The table's values after the steps. */
function valuesAfter(steps: readonly Step[]): Float32Array {
  const before = tf.memory().numTensors;
  const start = tf.tensor2d(START, [NUM_ROWS, DIM]);
  const table = tf.variable(start);
  start.dispose();
  const adam = new RowAdam(table);
  for (const { rows, gradient, learningRate } of steps) {
    const { numTensors } = tf.memory();
    const tensors = [tf.tensor1d([...rows], 'int32'), tf.tensor2d(gradient, [rows.length, DIM])] as const;
    adam.apply(...tensors, learningRate);
    tf.dispose([...tensors]);
    expect(tf.memory().numTensors).toBe(numTensors);
  }
  expect(adam.numSteps).toBe(steps.length);
  const values = table.dataSync<'float32'>().slice();
  adam.dispose();
  table.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

describe('Adam by rows', () => {
  test('moves the rows that each step touched as the textbook’s Adam does', () => {
    expect([...valuesAfter(STEPS)]).toEqual(textbookAfter(STEPS).map((value) => expect.closeTo(value, 6)));
  });

  test('leaves every other row bit for bit', () => {
    const values = valuesAfter(STEPS);
    for (const row of [2, 3]) {
      const cut = [row * DIM, (row + 1) * DIM] as const;
      expect(values.slice(...cut)).toEqual(START.slice(...cut));
    }
    const [first] = STEPS as [Step];
    const afterFirst = valuesAfter([first]);
    for (const row of [1, 2, 3, 5]) {
      const cut = [row * DIM, (row + 1) * DIM] as const;
      expect(afterFirst.slice(...cut)).toEqual(START.slice(...cut));
    }
  });

  test('keeps a row’s moments while it rests', () => {
    const [first, second] = STEPS as [Step, Step];
    const again = { ...first, rows: [4], gradient: new Float32Array(DIM) };
    const [moved] = [valuesAfter([first, second, again]).slice(4 * DIM, 5 * DIM)];
    expect([...moved]).toEqual(
      textbookAfter([first, second, again])
        .slice(4 * DIM, 5 * DIM)
        .map((value) => expect.closeTo(value, 6)),
    );
    // Without a gradient of its own, the third step goes on in the direction of the first.
    expect(moved).not.toEqual(valuesAfter([first, second]).slice(4 * DIM, 5 * DIM));
  });
});
