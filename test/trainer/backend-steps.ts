import { startBackend } from '#trainer/backend.ts';
import { CONFIG } from '#trainer/config.ts';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import { Network } from '#trainer/network.ts';
import { Optimizer } from '#trainer/optimizer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { disposeBatch, makeBatch } from '#trainer/training-batch.ts';
import { ringGraph } from './network-fixture.ts';

// A few training steps on the backend that VITRINE_BACKEND names; prints it and the losses as JSON. A
// program of its own, since a process has one backend.

const NUM_ITEMS = 300;
const NUM_STEPS = 5;

const { name } = await startBackend();
const random = seededRandom(31);
const textFeatures = Float32Array.from({ length: NUM_ITEMS * CONFIG.textDim }, () => (random() - 0.5) / 3);
const mayHaveDelta = Array.from({ length: NUM_ITEMS }, (_, row) => row % 4 !== 2);
const graph = ringGraph(NUM_ITEMS, 11);
const firstVectors = new Float32Array(NUM_ITEMS * CONFIG.dim);
const network = new Network(
  { ...CONFIG, numItems: NUM_ITEMS },
  { textFeatures, mayHaveDelta, graph, firstVectors, random },
);
const windows = Array.from({ length: 5 }, (_, window) => ({
  rows: Array.from({ length: CONFIG.maxEvents + 1 }, () => Math.floor(random() * NUM_ITEMS)),
  gaps: Array.from({ length: CONFIG.maxEvents + 1 }, () => Math.floor(random() * 10)),
  age: window / 4,
}));
const sampler = createNegativeSampler(new Float64Array(NUM_ITEMS).fill(6), CONFIG.negativePower);
const optimizer = new Optimizer(network);
const losses: number[] = [];
for (let step = 0; step < NUM_STEPS; step++) {
  const batch = makeBatch(windows, {
    numEvents: CONFIG.maxEvents,
    viewShare: CONFIG.viewShare,
    recency: 0.8,
    numItems: NUM_ITEMS,
    graph: network.graph,
    numNegatives: 96,
    sampler,
    random,
  });
  losses.push(await optimizer.takeStep(batch, { learningRate: 0.01, dropout: CONFIG.dropout, random }));
  disposeBatch(batch);
}
console.log(JSON.stringify({ name, losses }));
process.exit(0); // Dawn and the softmax's threads keep the process alive
