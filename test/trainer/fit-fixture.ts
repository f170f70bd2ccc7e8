import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { CONFIG } from '#trainer/config.ts';
import type { FitOptions } from '#trainer/fit-network.ts';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import type { Network } from '#trainer/network.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeNetwork, type NetworkChanges, plantedWindows, SHAPE } from './network-fixture.ts';

export const SAMPLER = createNegativeSampler(new Float64Array(SHAPE.numItems), 0.75);

export function fitOptions(plan: FitOptions['plan'], changes: Partial<FitOptions> = {}): FitOptions {
  return {
    maxMs: 3_600_000,
    seed: 17,
    sampler: SAMPLER,
    dropout: 0.1,
    viewShare: 0.5,
    recency: 0.7,
    plan,
    onStep: () => {},
    onEpoch: () => {},
    ...changes,
  };
}

/** 256 planted windows make a batch of 8 inputs each. */
export const WINDOWS_PER_STEP = CONFIG.batchPositions / SHAPE.maxEvents;
/** Windows of which a pass takes that many steps. */
export const windowsOf = (stepsPerPass: number) =>
  plantedWindows(Math.round((stepsPerPass - 0.5) * WINDOWS_PER_STEP), seededRandom(611));

export const weightsOf = async (network: Network): Promise<Float32Array[]> =>
  Promise.all([...network.dense, network.deltas].map(async (tensor) => Float32Array.from(await tensor.data())));

/** Trains a network that is gone afterwards. */
export async function withNetwork(changes: NetworkChanges, use: (network: Network) => Promise<void>): Promise<void> {
  const { numTensors } = tf.memory();
  const network = makeNetwork(seededRandom(612), changes);
  await use(network);
  network.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
}

/** What validation says after each pass; the last figure from there on. */
export const figuresOf = (...figures: number[]) => {
  let pass = 0;
  return { validate: async () => figures[Math.min(pass++, figures.length - 1)] as number };
};
