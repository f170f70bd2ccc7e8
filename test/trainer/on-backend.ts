import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startBackend } from '#trainer/backend.ts';

/** Runs the tests of a block on one tfjs backend, each of which must leave as many tensors as it found. */
export function onBackend(backend: string): void {
  let before: { readonly backend: string; readonly numTensors: number };
  beforeAll(async () => {
    tf.enableProdMode(); // or the cpu backend recommends another package on the terminal
    await startBackend();
  });
  beforeEach(async () => {
    before = { backend: tf.getBackend(), numTensors: tf.memory().numTensors };
    await tf.setBackend(backend);
  });
  afterEach(async () => {
    expect(tf.memory().numTensors).toBe(before.numTensors);
    await tf.setBackend(before.backend);
  });
}
