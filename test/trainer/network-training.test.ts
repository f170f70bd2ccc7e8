import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { CONFIG } from '#trainer/config.ts';
import { DivergedError, fitNetwork } from '#trainer/fit-network.ts';
import { gatherRows } from '#trainer/gather-rows.ts';
import { fullSoftmaxLoss, sampledSoftmaxLoss } from '#trainer/loss.ts';
import { createNegativeSampler, type NegativeSampler } from '#trainer/negative-sampler.ts';
import { Network, type NetworkShape } from '#trainer/network.ts';
import { product } from '#trainer/product.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { disposeBatch, makeBatch, type TrainingBatch, type Window } from '#trainer/sequences.ts';
import { exactDot, spread } from '../model/random-model.ts';

beforeAll(async () => {
  tf.enableProdMode(); // or the cpu backend recommends another package on the terminal
  await startBackend();
});

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

/** On the backend that trains, and on tfjs's own plain one. */
describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  let before: { readonly backend: string; readonly numTensors: number };
  beforeEach(async () => {
    before = { backend: tf.getBackend(), numTensors: tf.memory().numTensors };
    await tf.setBackend(backend);
  });
  afterEach(async () => {
    expect(tf.memory().numTensors).toBe(before.numTensors);
    await tf.setBackend(before.backend);
  });

  test('gathering rows picks them, and its gradient adds up what each row was picked for', () => {
    const random = seededRandom(201);
    const [matrix, rows, upstream] = [spread(5 * 3, 2, random), [4, 2, 4, 0, 4, 2], spread(6 * 3, 2, random)];
    const [picked, gradient] = tf.tidy(() => {
      const [source, places] = [tf.tensor2d(matrix, [5, 3]), tf.tensor1d(rows, 'int32')];
      const lossOf = (m: tf.Tensor) =>
        tf.sum(tf.mul(gatherRows(m as tf.Tensor2D, places), tf.tensor2d(upstream, [6, 3])));
      const values = gatherRows(source, places);
      expect(values.shape).toEqual([6, 3]);
      return [values.dataSync().slice(), tf.grad(lossOf)(source).dataSync().slice()];
    });
    expect([...picked]).toEqual(rows.flatMap((row) => [...matrix.subarray(3 * row, 3 * row + 3)]));
    const sums = new Array<number>(15).fill(0);
    rows.forEach((row, m) => {
      for (let d = 0; d < 3; d++) sums[3 * row + d] = (sums[3 * row + d] as number) + (upstream[3 * m + d] as number);
    });
    expect([...gradient]).toEqual(close(sums, 5));
  });

  test('a product and both its gradients are those of tfjs’s own matMul', () => {
    const random = seededRandom(202);
    const [a, b, upstream] = [spread(4 * 3, 2, random), spread(3 * 5, 2, random), spread(4 * 5, 2, random)];
    const resultsOf = (multiply: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor) =>
      tf.tidy(() => {
        const inputs = [tf.tensor2d(a, [4, 3]), tf.tensor2d(b, [3, 5])] as const;
        const lossOf = (x: tf.Tensor, y: tf.Tensor) =>
          tf.sum(tf.mul(multiply(x as tf.Tensor2D, y as tf.Tensor2D), tf.tensor2d(upstream, [4, 5]))) as tf.Scalar;
        const tensors = [multiply(...inputs), ...tf.grads(lossOf)([...inputs])];
        expect(tensors.map(({ shape }) => shape)).toEqual([
          [4, 5],
          [4, 3],
          [3, 5],
        ]);
        return tensors.flatMap((tensor) => [...tensor.dataSync()]);
      });
    expect(resultsOf(product)).toEqual(
      close(
        resultsOf((x, y) => tf.matMul(x, y)),
        4,
      ),
    );
  });
});

const LOSS_SHAPE = { numSequences: 2, maxEvents: 3, dim: 4, numItems: 6 };
/** The second sequence has one event less: its first place is padding. */
const LOSS_WINDOWS: Window[] = [
  { rows: [4, 1, 5, 2], gaps: [9, 0, 2, 3] },
  { rows: [3, 0, 4], gaps: [9, 5, 1] },
];
/** What came next at each place; `undefined` where there is padding. */
const LOSS_TARGETS = [1, 5, 2, undefined, 0, 4];

interface Logits {
  /** `[B·T][D]` */
  readonly sessions: readonly (readonly number[])[];
  /** `[N][D]` */
  readonly vectors: readonly (readonly number[])[];
}

/** Mean over the targets of −log of the target's share of the odds; `oddsOf` lists the other candidates. */
function slowLoss(
  { sessions, vectors }: Logits,
  {
    others,
    correction,
  }: { readonly others: (target: number) => readonly number[]; readonly correction: (row: number) => number },
): number {
  let sum = 0;
  let numTargets = 0;
  sessions.forEach((session, position) => {
    const target = LOSS_TARGETS[position];
    if (target === undefined) return;
    const logit = (row: number) => exactDot(session, vectors[row] as number[]) - correction(row);
    const total = [target, ...others(target)].reduce((odds, row) => odds + Math.exp(logit(row)), 0);
    sum += Math.log(total) - logit(target);
    numTargets++;
  });
  return sum / numTargets;
}

const ALL_ROWS = Array.from({ length: LOSS_SHAPE.numItems }, (_, row) => row);
const FULL = { others: (target: number) => ALL_ROWS.filter((row) => row !== target), correction: () => 0 };

describe('the softmax losses', () => {
  const random = seededRandom(211);
  const sessions = spread(6 * 4, 1.5, random);
  const vectors = spread(6 * 4, 1.5, random);
  const rowsOf = (values: ArrayLike<number>) =>
    Array.from({ length: values.length / 4 }, (_, row) => Array.from(values).slice(4 * row, 4 * row + 4));
  const slow: Logits = { sessions: rowsOf(sessions), vectors: rowsOf(vectors) };
  let batch: TrainingBatch;
  let numTensors = 0;

  beforeEach(() => {
    numTensors = tf.memory().numTensors;
    batch = makeBatch(LOSS_WINDOWS, { maxEvents: 3, viewShare: 0.5, random: seededRandom(212) });
  });
  afterEach(() => {
    disposeBatch(batch);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  type Loss = (s: tf.Tensor3D, e: tf.Tensor2D) => tf.Scalar;
  const sampled =
    (negatives: Int32Array, sampler: NegativeSampler): Loss =>
    (s, e) =>
      sampledSoftmaxLoss(s, e, batch, { negatives, sampler });

  /** The loss and its gradients by sessions and by item vectors. */
  const valueAndGradients = (loss: Loss) =>
    tf.tidy(() => {
      const inputs = [tf.tensor3d(sessions, [2, 3, 4]), tf.tensor2d(vectors, [6, 4])];
      const { value, grads } = tf.valueAndGrads((s, e) => loss(s as tf.Tensor3D, e as tf.Tensor2D))(inputs);
      expect(value.shape).toEqual([]);
      expect(grads.map(({ shape }) => shape)).toEqual([
        [2, 3, 4],
        [6, 4],
      ]);
      return { value: value.dataSync()[0], gradients: grads.flatMap((gradient) => [...gradient.dataSync()]) };
    });

  test('the full one is the mean of −log softmax over the targets, padding left out', () => {
    const { value } = valueAndGradients((s, e) => fullSoftmaxLoss(s, e, batch));
    expect(value).toBeCloseTo(slowLoss(slow, FULL), 5);
  });

  test('the full one has the gradient of finite differences, by sessions and by item vectors', () => {
    const flat = [...sessions, ...vectors];
    const step = 1e-5;
    const differences = flat.map((_, i) => {
      const lossAt = (by: number) => {
        const moved = flat.map((value, j) => (i === j ? value + by : value));
        return slowLoss({ sessions: rowsOf(moved.slice(0, 24)), vectors: rowsOf(moved.slice(24)) }, FULL);
      };
      return (lossAt(step) - lossAt(-step)) / (2 * step);
    });
    expect(valueAndGradients((s, e) => fullSoftmaxLoss(s, e, batch)).gradients).toEqual(close(differences, 4));
  });

  test('the sampled one with every item as a negative once, all as likely, is the full one', () => {
    const uniform = createNegativeSampler(new Float64Array(6).fill(17), 0.75);
    const full = valueAndGradients((s, e) => fullSoftmaxLoss(s, e, batch));
    const all = valueAndGradients(sampled(Int32Array.from(ALL_ROWS), uniform));
    expect(all.value).toBeCloseTo(full.value as number, 5);
    expect(all.gradients).toEqual(close(full.gradients, 5));
  });

  test('the sampled one corrects each logit by how often its item is expected among the negatives', () => {
    const sampler = createNegativeSampler(Float64Array.of(40, 3, 0, 9, 120, 1), 0.75);
    const negatives = Int32Array.of(4, 0, 4, 3);
    const masses = [40, 3, 0, 9, 120, 1].map((count) => (count + 1) ** 0.75);
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const expected = slowLoss(slow, {
      // A negative that is the target itself is no negative.
      others: (target) => [...negatives].filter((row) => row !== target),
      correction: (row) => Math.log((4 * (masses[row] as number)) / total),
    });
    expect(valueAndGradients(sampled(negatives, sampler)).value).toBeCloseTo(expected, 5);
  });

  test('the sampled one is zero where every negative is the target itself', () => {
    disposeBatch(batch);
    batch = makeBatch(
      [
        { rows: [2, 5, 5, 5], gaps: [9, 2, 3, 4] },
        { rows: [3, 5], gaps: [9, 1] },
      ],
      {
        maxEvents: 3,
        viewShare: 0.5,
        random: seededRandom(213),
      },
    );
    const sampler = createNegativeSampler(Float64Array.of(40, 3, 2, 9, 120, 6), 0.75);
    expect(valueAndGradients(sampled(Int32Array.of(5, 5, 5), sampler)).value).toBeCloseTo(0, 6);
  });
});

const SHAPE: NetworkShape = { numItems: 24, dim: 16, numHeads: 2, hiddenDim: 24, maxEvents: 8, textDim: 16 };

function makeNetwork(
  random: Random,
  shape: Partial<NetworkShape> = {},
  mayHaveDelta = (_row: number) => true,
): Network {
  const full = { ...SHAPE, ...shape };
  return new Network(full, {
    textFeatures: spread(full.numItems * full.textDim, 0.4, random),
    mayHaveDelta: Array.from({ length: full.numItems }, (_, row) => mayHaveDelta(row)),
    random,
  });
}

/** The planted rule: after an even item 2k always comes 2k + 1, after an odd one any even item. */
function plantedWindows(numWindows: number, random: Random): Window[] {
  return Array.from({ length: numWindows }, () => {
    const rows = Array.from({ length: 4 }, () => 2 * Math.floor(random() * (SHAPE.numItems / 2))).flatMap((row) => [
      row,
      row + 1,
    ]);
    return { rows: [...rows, 2 * Math.floor(random() * (SHAPE.numItems / 2))], gaps: [9, 0, 0, 0, 0, 0, 0, 0, 0] };
  });
}

const QUIET = { maxMs: 600_000, onStep: () => {}, onEpoch: () => {} };

describe('training', () => {
  const sampler = createNegativeSampler(new Float64Array(SHAPE.numItems), 0.75);

  test('learns from orders alone that after A comes B: B ranks first', { timeout: 60_000 }, async () => {
    const random = seededRandom(221);
    const network = makeNetwork(random);
    const { numTensors } = tf.memory();
    let numPasses = 0;
    const numSteps = await fitNetwork(network, plantedWindows(640, random), {
      ...QUIET,
      random,
      sampler,
      validate: async () => ++numPasses, // better after every pass: all passes are taken
    });
    expect(numSteps).toBe(10 * CONFIG.maxEpochs);
    expect(tf.memory().numTensors).toBe(numTensors);

    const ranks = tf.tidy(() => {
      const evens = Array.from({ length: SHAPE.numItems / 2 }, (_, k) => 2 * k);
      const asked = evens.map((row) => ({ rows: [5, row, row + 1], gaps: [9, 0, 0] }));
      const batch = makeBatch(asked, { maxEvents: SHAPE.maxEvents, viewShare: 0.5, random });
      const vectors = network.itemVectors();
      const last = tf.slice(network.encode(batch, vectors), [0, SHAPE.maxEvents - 1, 0], [asked.length, 1, SHAPE.dim]);
      const scores = tf
        .matMul(tf.reshape(last, [asked.length, SHAPE.dim]), vectors, false, true)
        .arraySync() as number[][];
      return evens.map(
        (row, k) => (scores[k] as number[]).filter((score) => score > (scores[k]?.[row + 1] as number)).length,
      );
    });
    expect(ranks).toEqual(new Array(SHAPE.numItems / 2).fill(0));
    network.dispose();
  });

  test('ends after three passes without a better validation and leaves the best weights in place', async () => {
    const random = seededRandom(222);
    const network = makeNetwork(random);
    const figures = [0.31, 0.52, 0.52, 0.4, 0.5, 0.9];
    const seen: Float32Array[] = [];
    const epochs: number[] = [];
    await fitNetwork(network, plantedWindows(70, random), {
      ...QUIET,
      random,
      sampler,
      validate: async () => figures[seen.push(await network.readItemVectors()) - 1] as number,
      onEpoch: ({ epoch, loss, validation }) => {
        epochs.push(epoch);
        expect(validation).toBe(figures[epoch - 1]);
        expect(loss).toBeGreaterThan(0.5);
      },
    });
    expect(epochs).toEqual([1, 2, 3, 4, 5]);
    expect(await network.readItemVectors()).toEqual(seen[1]);
    expect(await network.readItemVectors()).not.toEqual(seen[4]);
    network.dispose();
  });

  test('stops with its configuration printed when the loss is no number any more', async () => {
    const random = seededRandom(223);
    const network = makeNetwork(random);
    tf.tidy(() => network.encoder.query.assign(tf.fill([16, 16], Number.NaN)));
    const { numTensors } = tf.memory();
    const failed = fitNetwork(network, plantedWindows(9, random), {
      ...QUIET,
      random,
      sampler,
      validate: async () => 0.5,
    });
    await expect(failed).rejects.toThrow(DivergedError);
    await expect(failed).rejects.toThrow(/expected a finite loss, got NaN in pass 1; .*"learningRate":0\.002/);
    expect(tf.memory().numTensors).toBe(numTensors);
    network.dispose();
  });

  test('gives an item that may not ship a delta the vector of its text alone', async () => {
    const random = seededRandom(224);
    const network = makeNetwork(random, {}, (row) => row % 3 !== 0);
    let numPasses = 0;
    await fitNetwork(network, plantedWindows(64, random), {
      ...QUIET,
      random,
      sampler,
      validate: async () => (numPasses += 3),
    });
    const fromText = tf.tidy(() => tf.matMul(network.textFeatures, network.projection).dataSync().slice());
    const shipped = await network.readItemVectors();
    const moved = Array.from({ length: SHAPE.numItems }, (_, row) => {
      const cut = [row * SHAPE.dim, (row + 1) * SHAPE.dim] as const;
      return Math.hypot(...shipped.subarray(...cut).map((value, d) => value - (fromText.slice(...cut)[d] as number)));
    });
    moved.forEach((distance, row) => {
      if (row % 3 === 0) expect(distance).toBeLessThan(1e-5);
      else expect(distance).toBeGreaterThan(1e-3);
    });
    network.dispose();
  });
});

test('the item vectors of one step leave out the deltas that are dropped', () => {
  const random = seededRandom(225);
  const network = makeNetwork(random, { numItems: 3, dim: 2, textDim: 2, hiddenDim: 4 });
  tf.tidy(() => network.deltas.assign(tf.tensor2d([0.5, 0.25, -2, 3, 7, -0.5], [3, 2])));
  const shifts = tf.tidy(() => {
    const keep = tf.tensor2d([2, 0, 0.5], [3, 1]);
    const fromText = tf.matMul(network.textFeatures, network.projection);
    return [...tf.sub(network.itemVectors(keep), fromText).dataSync()];
  });
  expect(shifts).toEqual(close([1, 0.5, 0, 0, 3.5, -0.25], 5));
  network.dispose();
});
