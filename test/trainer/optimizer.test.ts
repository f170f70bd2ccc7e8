import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import type { Network } from '#trainer/network.ts';
import { Optimizer } from '#trainer/optimizer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { disposeBatch, makeBatch } from '#trainer/training-batch.ts';
import { makeNetwork, type NetworkChanges, plantedWindows, ringGraph, SHAPE } from './network-fixture.ts';

beforeAll(async () => {
  await startBackend();
});

const SAMPLER = createNegativeSampler(new Float64Array(SHAPE.numItems).fill(3), 0.75);
const CHANGES: NetworkChanges = { graph: ringGraph(SHAPE.numItems, 5), mayHaveDelta: (row) => row % 5 !== 2 };

/** One step of its own number: what it draws does not depend on the steps before. */
async function takeStep(network: Network, optimizer: Optimizer, number: number): Promise<number> {
  const random = seededRandom(600 + number);
  const batch = makeBatch(plantedWindows(3, random), {
    numEvents: SHAPE.maxEvents,
    viewShare: 0.4,
    recency: 1.3,
    numItems: SHAPE.numItems,
    graph: network.graph,
    numNegatives: 9,
    sampler: SAMPLER,
    random,
  });
  try {
    return await optimizer.takeStep(batch, { learningRate: 0.02 / (1 + number), dropout: 0.2, random });
  } finally {
    disposeBatch(batch);
  }
}

const weightsOf = async (network: Network): Promise<Float32Array[]> => {
  const tensors = [...network.dense, network.deltas, network.projection];
  return Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
};

describe('a restored training', () => {
  test.each([
    ['a new optimizer of a new network', true],
    ['the same optimizer, gone further since', false],
  ])('takes bit for bit the steps of the uninterrupted one, in %s', async (_, isNew) => {
    const network = makeNetwork(seededRandom(601), CHANGES);
    const optimizer = new Optimizer(network);
    const NUM_BEFORE = 7;
    for (let step = 0; step < NUM_BEFORE; step++) await takeStep(network, optimizer, step);
    const state = await optimizer.read();
    const losses: number[] = [];
    for (let step = NUM_BEFORE; step < NUM_BEFORE + 5; step++) losses.push(await takeStep(network, optimizer, step));
    const expected = await weightsOf(network);

    const other = isNew ? makeNetwork(seededRandom(601), CHANGES) : network;
    const restored = isNew ? new Optimizer(other) : optimizer;
    restored.restore(state);
    const again: number[] = [];
    for (let step = NUM_BEFORE; step < NUM_BEFORE + 5; step++) again.push(await takeStep(other, restored, step));
    expect(again).toEqual(losses);
    expect(await weightsOf(other)).toEqual(expected);
    for (const each of new Set([optimizer, restored, network, other])) each.dispose();
  });

  test('may be one that has not taken a step yet', async () => {
    const network = makeNetwork(seededRandom(603), CHANGES);
    const optimizer = new Optimizer(network);
    const state = await optimizer.read();
    const first = [await takeStep(network, optimizer, 0), await takeStep(network, optimizer, 1)];
    optimizer.restore(state);
    expect([await takeStep(network, optimizer, 0), await takeStep(network, optimizer, 1)]).toEqual(first);
    optimizer.dispose();
    network.dispose();
  });
});

test('a state is a copy: later steps do not change it', async () => {
  const network = makeNetwork(seededRandom(604), CHANGES);
  const optimizer = new Optimizer(network);
  await takeStep(network, optimizer, 0);
  const state = await optimizer.read();
  const before = structuredClone(state);
  await takeStep(network, optimizer, 1);
  expect(state).toEqual(before);
  optimizer.dispose();
  network.dispose();
});

test('steps, reading and restoring leave no tensor behind', async () => {
  const { numTensors } = tf.memory();
  const network = makeNetwork(seededRandom(605), CHANGES);
  const optimizer = new Optimizer(network);
  await takeStep(network, optimizer, 0);
  const held = tf.memory().numTensors;
  const state = await optimizer.read();
  await takeStep(network, optimizer, 1);
  optimizer.restore(state);
  await takeStep(network, optimizer, 1);
  expect(tf.memory().numTensors).toBe(held);
  optimizer.dispose();
  network.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});
