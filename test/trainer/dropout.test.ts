import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { dropValues, keepMask } from '#trainer/dropout.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';

beforeAll(async () => {
  await startBackend();
});

describe('a mask', () => {
  test.each([0.1, 0.25, 0.5, 0.9])('of rate %d leaves out that share of the places', (rate) => {
    // Standard deviation of the share over 40,000 places below 0.0025; false alarm beyond 6 of them: 2e-9.
    // The rate is taken to the nearest 1/256.
    const mask = keepMask(40_000, rate, seededRandom(581));
    const share = mask.filter((value) => value === 0).length / mask.length;
    expect(Math.abs(share - Math.round(256 * rate) / 256)).toBeLessThan(6 * 0.0025);
  });

  test.each([
    [0.1, 26],
    [0.5, 128],
    [0.9, 230],
  ])('of rate %d scales what is left up, so that the mean stays', (rate, outOf256) => {
    const kept = keepMask(500, rate, seededRandom(582)).filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(256 / (256 - outOf256))]));
  });

  test('of rate 0 keeps everything as it is', () => {
    expect(keepMask(7, 0, seededRandom(583))).toEqual(new Float32Array(7).fill(1));
  });

  test('treats all four places of a random number alike', () => {
    // Standard deviation of each share 0.005; false alarm beyond 6 of them: 4 × 2e-9.
    const mask = keepMask(40_000, 0.5, seededRandom(584));
    for (let place = 0; place < 4; place++) {
      const share = mask.filter((value, i) => i % 4 === place && value === 0).length / 10_000;
      expect(Math.abs(share - 0.5)).toBeLessThan(6 * 0.005);
    }
  });

  test('leaves neighbors out independently of each other', () => {
    // Standard deviation of the share over 10,000 groups of four below 0.005; false alarm beyond 6 of them: 2e-9.
    const mask = keepMask(40_000, 0.5, seededRandom(589));
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 3],
    ] as const) {
      const both = mask.filter((value, i) => i % 4 === a && value === 0 && mask[i + b - a] === 0).length / 10_000;
      expect(Math.abs(both - 0.25)).toBeLessThan(6 * 0.005);
    }
  });

  test('is the same for the same seed', () => {
    expect(keepMask(90, 0.3, seededRandom(585))).toEqual(keepMask(90, 0.3, seededRandom(585)));
    expect(keepMask(90, 0.3, seededRandom(585))).not.toEqual(keepMask(90, 0.3, seededRandom(586)));
  });
});

test('values are dropped by the mask', () => {
  const values = spread(15, 2, seededRandom(587));
  const mask = keepMask(15, 0.4, seededRandom(588));
  const { numTensors } = tf.memory();
  const dropped = tf.tidy(() => {
    const result = dropValues(tf.tensor2d(values, [5, 3]), 0.4, seededRandom(588));
    expect(result.shape).toEqual([5, 3]);
    return [...result.dataSync()];
  });
  expect(dropped).toEqual(Array.from(values, (value, i) => Math.fround(value * (mask[i] as number))));
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('nothing is dropped, and no random number drawn, at rate 0', () => {
  const never = () => {
    throw new Error('expected no draw');
  };
  tf.tidy(() => {
    const values = tf.tensor2d([4, -7], [1, 2]);
    expect(dropValues(values, 0, never)).toBe(values);
  });
});
