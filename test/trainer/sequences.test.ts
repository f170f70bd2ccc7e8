import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { customerSequences, cutWindows, disposeBatch, makeBatch } from '#trainer/sequences.ts';
import { basket } from './dataset-fixture.ts';

describe('the sequence of a customer', () => {
  test('is all their orders end to end, with the time since the item before', () => {
    const baskets = [basket('ann', [7, 3], 0), basket('bob', [5], 1), basket('ann', [9, 7], 4), basket('bob', [2], 95)];
    expect(customerSequences(baskets).map(({ rows, gaps }) => ({ rows, gaps }))).toEqual([
      // Bucket 9: nothing before; 0: the same order; 6: three days to a week.
      { rows: [7, 3, 9, 7], gaps: [9, 0, 6, 0] },
      { rows: [5, 2], gaps: [9, 9] },
    ]);
  });
});

describe('windows', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

  test('have every event but the first of a customer as target exactly once, in order', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 2, max: 9 }), (list, maxEvents) => {
        const sequences = list.map((length, customer) => ({
          rows: Array.from({ length }, (_, i) => 100 * customer + i),
          gaps: Array.from({ length }, (_, i) => i % 10),
        }));
        const windows = cutWindows(sequences, maxEvents);
        expect(windows.flatMap(({ rows }) => rows.slice(1))).toEqual(sequences.flatMap(({ rows }) => rows.slice(1)));
        expect(windows.flatMap(({ gaps }) => gaps.slice(1))).toEqual(sequences.flatMap(({ gaps }) => gaps.slice(1)));
        for (const { rows, gaps } of windows) {
          expect(rows.length).toBeGreaterThanOrEqual(2);
          expect(rows.length).toBeLessThanOrEqual(maxEvents + 1);
          expect(gaps).toHaveLength(rows.length);
          expect(new Set(rows.map((row) => Math.floor(row / 100))).size).toBe(1);
        }
      }),
      { seed: 251 },
    );
  });
});

describe('a batch', () => {
  beforeAll(async () => {
    await startBackend();
  });

  const WINDOWS = [
    { rows: [4, 8, 6], gaps: [9, 2, 5] },
    { rows: [7, 3], gaps: [3, 4] },
  ];

  test('has inputs, targets and padding in their places', () => {
    const { numTensors } = tf.memory();
    const uniform = [0.7, 0.2];
    const batch = makeBatch(WINDOWS, { maxEvents: 3, viewShare: 0.5, random: () => uniform.shift() as number });
    expect(batch.rows.shape).toEqual([2, 3]);
    expect(batch.kinds.shape).toEqual([2, 3, 5]);
    expect(batch.gaps.shape).toEqual([2, 3, 10]);
    expect(batch.targets.shape).toEqual([6]);
    expect(batch.hasTarget.shape).toEqual([6]);
    expect([...batch.rows.dataSync()]).toEqual([0, 4, 8, 0, 0, 7]);
    expect([...batch.isEvent.dataSync()]).toEqual([0, 1, 1, 0, 0, 1]);
    expect([...batch.targets.dataSync()]).toEqual([0, 8, 6, 0, 0, 3]);
    expect([...batch.hasTarget.dataSync()]).toEqual([0, 1, 1, 0, 0, 1]);
    expect(batch.numTargets).toBe(3);
    // 0.7 is above the share of views, so the first window is purchases (kind 4); 0.2 makes the second views (kind 0).
    expect(onesOf(batch.kinds)).toEqual([
      [0, 1, 4],
      [0, 2, 4],
      [1, 2, 0],
    ]);
    expect(onesOf(batch.gaps)).toEqual([
      [0, 1, 9],
      [0, 2, 2],
      [1, 2, 3],
    ]);
    disposeBatch(batch);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

/** Places of the ones in a tensor of ones and zeros. */
function onesOf(tensor: tf.Tensor3D): number[][] {
  return tensor
    .arraySync()
    .flatMap((steps, b) => steps.flatMap((flags, t) => flags.flatMap((flag, k) => (flag ? [[b, t, k]] : []))));
}
