import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '#trainer/backend.ts';
import { CONFIG } from '#trainer/config.ts';
import { sampledSoftmaxLoss } from '#trainer/loss.ts';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import { Network } from '#trainer/network.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeBatch } from '#trainer/sequences.ts';

// A few training steps on the backend that VITRINE_BACKEND names; prints it and the losses as JSON. A
// program of its own, since a process has one backend.

const NUM_ITEMS = 300;
const NUM_STEPS = 4;

const { name } = await startBackend();
const random = seededRandom(31);
const textFeatures = Float32Array.from({ length: NUM_ITEMS * CONFIG.textDim }, () => random() - 0.5);
const mayHaveDelta = Array.from({ length: NUM_ITEMS }, (_, row) => row % 4 !== 2);
const network = new Network({ numItems: NUM_ITEMS, ...CONFIG }, { textFeatures, mayHaveDelta, random });
const windows = Array.from({ length: 5 }, () => ({
  rows: Array.from({ length: CONFIG.maxEvents + 1 }, () => Math.floor(random() * NUM_ITEMS)),
  gaps: Array.from({ length: CONFIG.maxEvents + 1 }, () => Math.floor(random() * 10)),
}));
const sampler = createNegativeSampler(new Float64Array(NUM_ITEMS).fill(6), CONFIG.negativePower);
const optimizer = tf.train.adam(0.01);
const losses: number[] = [];
for (let step = 0; step < NUM_STEPS; step++) {
  const batch = makeBatch(windows, { maxEvents: CONFIG.maxEvents, viewShare: CONFIG.viewShare, random });
  const negatives = sampler.draw(96, random);
  const lossOf = () => {
    const vectors = network.itemVectors();
    return sampledSoftmaxLoss(network.encode(batch, vectors), vectors, batch, { negatives, sampler });
  };
  const cost = optimizer.minimize(lossOf, true, network.trainable) as tf.Scalar;
  losses.push((await cost.data())[0] as number);
}
console.log(JSON.stringify({ name, losses }));
process.exit(0); // Dawn keeps the process alive
