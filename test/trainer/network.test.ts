import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { subgraph } from '#trainer/item-graph.ts';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import type { Network } from '#trainer/network.ts';
import { sampledSoftmaxLoss } from '#trainer/sampled-softmax.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeBatch } from '#trainer/training-batch.ts';
import { spread } from '../model/random-model.ts';
import { makeNetwork, type NetworkChanges, plantedWindows, ringGraph, SHAPE } from './network-fixture.ts';

beforeAll(async () => {
  tf.enableProdMode(); // or the cpu backend recommends another package on the terminal
  await startBackend();
});

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

const SMALL = { numItems: 5, dim: 3, numHeads: 1, textDim: 2, hiddenDim: 4 };

/** Calls `use` with a network that is gone afterwards. */
function withNetwork(changes: NetworkChanges, use: (network: Network) => void): void {
  const { numTensors } = tf.memory();
  const network = makeNetwork(seededRandom(621), changes);
  use(network);
  network.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
}

/** Text · projection + delta, the neighbor's added, scaled to length 1. */
function slowVectors({ textFeatures, projection, deltas, deltaMask, shape }: Network, step: number): number[][] {
  const [texts, matrix, own] = [textFeatures, projection, deltas].map((tensor) => tensor.arraySync() as number[][]) as [
    number[][],
    number[][],
    number[][],
  ];
  const mask = deltaMask.dataSync();
  const base = own.map((delta, row) =>
    delta.map(
      (value, d) =>
        (mask[row] as number) * value +
        (texts[row] as number[]).reduce((sum, text, i) => sum + text * (matrix[i]?.[d] as number), 0),
    ),
  );
  return base.map((vector, row) => {
    const neighbor = base[(row + step) % shape.numItems] as number[];
    const sum = vector.map((value, d) => value + (neighbor[d] as number));
    const norm = Math.hypot(...sum);
    return sum.map((value) => value / norm);
  });
}

describe('item vectors', () => {
  const changes = { shape: SMALL, graph: ringGraph(5, 2), mayHaveDelta: (row: number) => row !== 3 };

  test('are texts and deltas that may ship, mixed with their neighbors’, of length 1', () => {
    withNetwork(changes, (network) => {
      const vectors = tf.tidy(() => network.itemVectors().arraySync());
      expect(vectors).toEqual(slowVectors(network, 2).map((row) => close(row, 5)));
    });
  });

  test('of one step are those of the whole table', () => {
    withNetwork(changes, (network) => {
      const rows = [4, 1];
      const graph = subgraph(network.graph, rows, (row) => {
        const place = rows.indexOf(row);
        return place === -1 ? rows.push(row) - 1 : place;
      });
      const [some, all] = tf.tidy(() => {
        const itemRows = tf.tensor1d(rows, 'int32');
        const keepDelta = tf.ones<tf.Rank.R2>([rows.length, 1]);
        const vectors = network.vectorsOf(itemRows, { deltas: tf.gather(network.deltas, itemRows), keepDelta, graph });
        expect(vectors.shape).toEqual([2, 3]);
        return [vectors.arraySync(), network.itemVectors().arraySync()] as [number[][], number[][]];
      });
      expect(some).toEqual([4, 1].map((row) => close(all[row] as number[], 6)));
    });
  });

  test('of one step leave out the deltas that are dropped', () => {
    withNetwork({ shape: SMALL }, (network) => {
      const [vectors, all, fromText] = tf.tidy(() => {
        const itemRows = tf.tensor1d([2, 0, 1], 'int32');
        const keepDelta = tf.tensor2d([1, 0, 1], [3, 1]);
        const graph = { offsets: new Uint32Array(4), columns: new Uint32Array(), weights: new Float32Array() };
        return [
          network.vectorsOf(itemRows, { deltas: tf.gather(network.deltas, itemRows), keepDelta, graph }),
          network.itemVectors(),
          tf.matMul(network.textFeatures, network.projection),
        ].map((tensor) => tensor.arraySync() as number[][]);
      }) as [number[][], number[][], number[][]];
      const text = fromText[0] as number[];
      const unit = text.map((value) => value / Math.hypot(...text));
      expect(vectors).toEqual([all[2], unit, all[1]].map((row) => close(row as number[], 5)));
      expect(vectors[1]).not.toEqual(close(all[0] as number[], 3));
    });
  });

  test('of an item without text, delta and neighbors are 0, and so is their gradient', () => {
    withNetwork({ shape: { ...SMALL, textDim: 0 }, mayHaveDelta: (row) => row === 1 }, (network) => {
      const lossOf = () => tf.sum(tf.mul(network.itemVectors(), 2.5)) as tf.Scalar;
      const { vectors, gradient } = tf.tidy(() => ({
        vectors: network.itemVectors().arraySync() as number[][],
        gradient: tf.variableGrads(lossOf, [network.deltas]).grads[network.deltas.name]?.arraySync() as number[][],
      }));
      for (const row of [0, 2, 3, 4]) {
        expect(vectors[row]).toEqual(close([0, 0, 0], 9));
        expect(gradient[row]).toEqual(close([0, 0, 0], 9));
      }
      expect(Math.hypot(...(vectors[1] as number[]))).toBeCloseTo(1, 5);
      expect(Math.hypot(...(gradient[1] as number[]))).toBeGreaterThan(0.01);
    });
  });
});

describe('ID deltas', () => {
  const firstVectors = Float32Array.from({ length: 24 * 16 }, (_, i) => (i % 16 === Math.floor(i / 16) % 16 ? 1 : 0));
  firstVectors.fill(0, 20 * 16); // co-occurrence knows nothing of the last four

  test.each([
    [0.2, 'an item has a text', SHAPE.textDim],
    [0.8, 'it has none', 0],
  ])('start along the first vectors with length %d where %s', (length, _, textDim) => {
    withNetwork({ shape: { textDim }, firstVectors }, (network) => {
      const deltas = network.deltas.dataSync<'float32'>();
      const expected = firstVectors.slice(0, 20 * 16).map((value) => length * value);
      expect([...deltas.slice(0, 20 * 16)]).toEqual(close(expected, 6));
      // At random without one, of that length on average: of 64 uniform numbers the mean square is off by 11 %
      // in one standard deviation.
      const rest = deltas.slice(20 * 16);
      expect(Math.hypot(...rest) / 2 / length).toBeGreaterThan(0.7);
      expect(Math.hypot(...rest) / 2 / length).toBeLessThan(1.3);
    });
  });
});

test('without texts no projection is trained', () => {
  withNetwork({}, (network) => expect(network.dense).toContain(network.projection));
  withNetwork({ shape: { textDim: 0 } }, (network) => expect(network.dense).not.toContain(network.projection));
});

describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  test('the loss falls along its gradient by the square of the gradient’s length', async () => {
    const usual = tf.getBackend();
    await tf.setBackend(backend);
    withNetwork({ graph: ringGraph(SHAPE.numItems, 7) }, (network) => {
      for (const variable of network.dense) {
        tf.tidy(() =>
          variable.assign(tf.add(variable, tf.tensor(spread(variable.size, 0.2, seededRandom(622)), variable.shape))),
        );
      }
      tf.tidy(() => {
        const { rows, kinds, gaps, isEvent, softmax, itemRows, graph } = makeBatch(
          plantedWindows(4, seededRandom(623)),
          {
            numEvents: SHAPE.maxEvents,
            viewShare: 0.5,
            recency: 1.2,
            numItems: SHAPE.numItems,
            graph: network.graph,
            numNegatives: 11,
            sampler: createNegativeSampler(new Float64Array(SHAPE.numItems).fill(4), 0.75),
            random: seededRandom(624),
          },
        );
        const keepDelta = tf.ones<tf.Rank.R2>([itemRows.size, 1]);
        const lossOf = (): tf.Scalar => {
          const deltas = tf.gather(network.deltas, itemRows);
          const vectors = network.vectorsOf(itemRows, { deltas, keepDelta, graph });
          return sampledSoftmaxLoss(network.encode({ rows, kinds, gaps, isEvent }, vectors), vectors, softmax);
        };
        const { grads } = tf.variableGrads(lossOf, network.dense);
        for (const variable of network.dense) {
          const gradient = grads[variable.name] as tf.Tensor;
          const square = tf.sum(tf.square(gradient)).dataSync()[0] as number;
          expect(square).toBeGreaterThan(1e-7);
          // A step that changes the loss by about 0.01: far above float32's rounding, near enough to be straight.
          const by = 0.01 / square;
          const start = tf.clone(variable);
          const lossAt = (factor: number) => {
            variable.assign(tf.add(start, tf.mul(gradient, factor * by)));
            return lossOf().dataSync()[0] as number;
          };
          const fall = lossAt(1) - lossAt(-1);
          variable.assign(start);
          expect(fall / 0.02).toBeGreaterThan(0.9);
          expect(fall / 0.02).toBeLessThan(1.1);
        }
      });
    });
    await tf.setBackend(usual);
  });
});
