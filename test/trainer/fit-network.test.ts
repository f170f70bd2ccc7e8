import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { CONFIG } from '#trainer/config.ts';
import { DivergedError, type FitOptions, fitNetwork } from '#trainer/fit-network.ts';
import type { Network } from '#trainer/network.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeBatch } from '#trainer/training-batch.ts';
import { figuresOf, fitOptions, SAMPLER, weightsOf, windowsOf, withNetwork } from './fit-fixture.ts';
import { type NetworkChanges, plantedWindows, ringGraph, SHAPE } from './network-fixture.ts';

beforeAll(async () => {
  await startBackend();
});

describe('training', () => {
  test.each<[string, NetworkChanges]>([
    ['texts and deltas', {}],
    ['texts, deltas and neighbors mixed in', { graph: ringGraph(SHAPE.numItems, 7) }],
    ['no texts', { shape: { textDim: 0 } }],
  ])('learns that after A comes B, so that B ranks first, with %s', { timeout: 90_000 }, async (_, changes) => {
    await withNetwork(changes, async (network) => {
      const windows = plantedWindows(40, seededRandom(614));
      const { numSteps } = await fitNetwork(network, windows, fitOptions({ steadyPasses: 160, coolingPasses: 40 }));
      expect(numSteps).toBe(200);
      expect(ranksOfB(network)).toEqual(new Array(SHAPE.numItems / 2).fill(0));
    });
  });

  test('gives an item that may not ship a delta the vector of its text alone', async () => {
    await withNetwork({ mayHaveDelta: (row) => row % 3 !== 0 }, async (network) => {
      await fitNetwork(network, windowsOf(1), fitOptions({ steadyPasses: 5, coolingPasses: 1 }));
      const shipped = await network.readItemVectors();
      const fromText = tf.tidy(() => {
        const vectors = tf.matMul(network.textFeatures, network.projection);
        return tf
          .div(vectors, tf.norm(vectors, 2, 1, true))
          .dataSync()
          .slice();
      });
      for (let row = 0; row < SHAPE.numItems; row++) {
        const cut = [row * SHAPE.dim, (row + 1) * SHAPE.dim] as const;
        const text = fromText.slice(...cut);
        const moved = Math.hypot(...shipped.subarray(...cut).map((value, d) => value - (text[d] as number)));
        if (row % 3 === 0) expect(moved).toBeLessThan(1e-5);
        else expect(moved).toBeGreaterThan(1e-2);
      }
    });
  });

  test('is the same for the same seed, and another for another', async () => {
    const weights: Float32Array[][] = [];
    for (const seed of [5, 5, 6]) {
      await withNetwork({}, async (network) => {
        await fitNetwork(network, windowsOf(2), fitOptions({ steadyPasses: 2, coolingPasses: 1 }, { seed }));
        weights.push(await weightsOf(network));
      });
    }
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).not.toEqual(weights[0]);
  });
});

/** How many items rank before the one that always follows, for each that is followed. */
function ranksOfB(network: Network): number[] {
  return tf.tidy(() => {
    const evens = Array.from({ length: SHAPE.numItems / 2 }, (_, k) => 2 * k);
    const { rows, kinds, gaps, isEvent } = makeBatch(
      evens.map((row) => ({ rows: [5, row, row + 1], gaps: [9, 0, 0], age: 1 })),
      {
        numEvents: SHAPE.maxEvents,
        viewShare: 0.5,
        recency: 0,
        numItems: SHAPE.numItems,
        graph: network.graph,
        numNegatives: SHAPE.numItems,
        sampler: SAMPLER,
        random: seededRandom(613),
      },
    );
    // The batch counts in its own table; asked of the whole one, its first input is item 5 and its last the even one.
    const own = tf.scatterND(
      tf.tensor2d(
        evens.flatMap((_, k) => [
          [k, SHAPE.maxEvents - 2],
          [k, SHAPE.maxEvents - 1],
        ]),
        undefined,
        'int32',
      ),
      tf.tensor1d(
        evens.flatMap((row) => [5, row]),
        'int32',
      ),
      rows.shape,
    ) as tf.Tensor2D;
    const vectors = network.itemVectors();
    const sessions = tf.reshape(network.encode({ rows: own, kinds, gaps, isEvent }, vectors), [
      evens.length,
      SHAPE.maxEvents,
      SHAPE.dim,
    ]);
    const last = tf.reshape(tf.slice(sessions, [0, SHAPE.maxEvents - 1, 0], [-1, 1, -1]), [evens.length, SHAPE.dim]);
    const scores = tf.matMul(last, vectors, false, true).arraySync() as number[][];
    return evens.map((row, k) => {
      const own = (scores[k] as number[])[row + 1] as number;
      return (scores[k] as number[]).filter((score) => score > own).length;
    });
  });
}

/** How far the encoder's weights move in each step: in proportion to the learning rate, by and large. */
function movements(network: Network): { readonly all: number[]; readonly onStep: () => void } {
  let last: Float32Array[] | undefined;
  const all: number[] = [];
  return {
    all,
    onStep() {
      const weights = network.dense.map((tensor) => tensor.dataSync<'float32'>().slice());
      const before = last ?? weights;
      all.push(
        Math.hypot(...weights.map((tensor, i) => Math.hypot(...tensor.map((w, at) => w - (before[i]?.[at] ?? 0))))),
      );
      last = weights;
    },
  };
}
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the learning rate rises at the start, stays, and falls at the end', async () => {
  await withNetwork({}, async (network) => {
    const { all, onStep } = movements(network);
    const windows = plantedWindows(30, seededRandom(615));
    await fitNetwork(network, windows, fitOptions({ steadyPasses: 80, coolingPasses: 20 }, { onStep }));
    const steady = meanOf(all.slice(50, 80));
    expect(all).toHaveLength(100);
    expect(meanOf(all.slice(1, 6))).toBeLessThan(0.3 * steady);
    const [early, late, last] = [all.slice(80, 85), all.slice(92, 97), all.slice(98)].map(meanOf) as [
      number,
      number,
      number,
    ];
    expect(early).toBeGreaterThan(0.6 * steady);
    expect(late).toBeLessThan(0.7 * early);
    expect(last).toBeLessThan(0.3 * early);
  });
});

describe('where time is short, training', () => {
  test.each<[string, FitOptions['plan']]>([
    ['looking for a schedule', { validate: async () => performance.now() }],
    ['repeating one', { steadyPasses: 9000, coolingPasses: 3000 }],
  ])('%s ends all the same, its learning rate fallen', async (_, plan) => {
    await withNetwork({}, async (network) => {
      const { all, onStep } = movements(network);
      const windows = plantedWindows(80, seededRandom(616));
      const { numSteps, schedule } = await fitNetwork(network, windows, fitOptions(plan, { maxMs: 2500, onStep }));
      expect(numSteps).toBe(all.length);
      expect(numSteps).toBeLessThan(12_000);
      expect(schedule.steadyPasses).toBeGreaterThan(0);
      expect(schedule.coolingPasses).toBeGreaterThan(0);
      const numCooling = Math.round(schedule.coolingPasses);
      if (numCooling >= 8) {
        const cooling = all.slice(-numCooling);
        const quarter = Math.floor(numCooling / 4);
        expect(meanOf(cooling.slice(-quarter))).toBeLessThan(0.7 * meanOf(cooling.slice(0, quarter)));
      }
    });
  });

  test('takes a step at least and tells the share of the time, never more than all of it', async () => {
    await withNetwork({}, async (network) => {
      const shares: number[] = [];
      const { numSteps } = await fitNetwork(
        network,
        windowsOf(3),
        fitOptions(figuresOf(0.5), { maxMs: 0.01, onStep: (share) => shares.push(share) }),
      );
      expect(numSteps).toBeGreaterThanOrEqual(1);
      expect(numSteps).toBeLessThan(4);
      expect(shares).toEqual(new Array(numSteps).fill(1));
    });
  });
});

test.each([
  ['looking for a schedule', figuresOf(0.5)],
  ['repeating one', { steadyPasses: 2, coolingPasses: 1 }],
])('training, %s, stops with its configuration printed when the loss is no number any more', async (_, plan) => {
  await withNetwork({}, async (network) => {
    tf.tidy(() => network.encoder.query.assign(tf.fill([SHAPE.dim, SHAPE.dim], Number.NaN)));
    const failed = fitNetwork(network, windowsOf(1), fitOptions(plan, { dropout: 0.23, seed: 4711 }));
    await expect(failed).rejects.toThrow(DivergedError);
    await expect(failed).rejects.toThrow(/^expected a finite loss, got NaN in step 1; training stopped with \{/);
    await expect(failed).rejects.toThrow(`"learningRate":${CONFIG.learningRate}`);
    await expect(failed).rejects.toThrow('"dropout":0.23,');
    await expect(failed).rejects.toThrow('"seed":4711');
  });
});
