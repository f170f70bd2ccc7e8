import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { readRows, writeRows } from '#trainer/table-rows.ts';
import { spread } from '../model/random-model.ts';
import { onBackend } from './on-backend.ts';

const [NUM_ROWS, DIM] = [5, 3];
const START = spread(NUM_ROWS * DIM, 2, seededRandom(301));
const rowOf = (values: Float32Array, row: number): number[] => [...values.slice(row * DIM, (row + 1) * DIM)];

/** On the backend that trains, and on tfjs's own plain one. */
describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  onBackend(backend);

  test('reading picks rows in the order asked for, one as often as it is asked for', () => {
    const rows = [4, 2, 4, 0];
    const picked = tf.tidy(() => {
      const values = readRows(tf.tensor2d(START, [NUM_ROWS, DIM]), tf.tensor1d(rows, 'int32'));
      expect(values.shape).toEqual([4, DIM]);
      return values.dataSync<'float32'>().slice();
    });
    expect([...picked]).toEqual(rows.flatMap((row) => rowOf(START, row)));
  });

  test('reading rows of no values gives rows of no values', () => {
    tf.tidy(() => {
      const values = readRows(tf.tensor2d(new Float32Array(), [NUM_ROWS, 0]), tf.tensor1d([3, 1], 'int32'));
      expect(values.shape).toEqual([2, 0]);
    });
  });

  test('writing replaces the rows that are named, and leaves the others and what was read before', () => {
    const start = tf.tensor2d(START.slice(), [NUM_ROWS, DIM]); // the cpu backend would write to START itself
    const table = tf.variable(start);
    start.dispose();
    const values = spread(2 * DIM, 2, seededRandom(302));
    tf.tidy(() => {
      const rows = tf.tensor1d([3, 1], 'int32');
      const earlier = readRows(table, rows);
      writeRows(table, rows, tf.tensor2d(values, [2, DIM]));
      const written = table.dataSync<'float32'>().slice();
      expect(rowOf(written, 3)).toEqual(rowOf(values, 0));
      expect(rowOf(written, 1)).toEqual(rowOf(values, 1));
      for (const row of [0, 2, 4]) expect(rowOf(written, row)).toEqual(rowOf(START, row));
      expect([...earlier.dataSync()]).toEqual([...rowOf(START, 3), ...rowOf(START, 1)]);
    });
    table.dispose();
  });
});
