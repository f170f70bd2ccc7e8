import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { type BatchOptions, disposeBatch, makeBatch, type TrainingBatch } from '#trainer/training-batch.ts';
import { noGraph, ringGraph } from './network-fixture.ts';

beforeAll(async () => {
  await startBackend();
});

const NUM_ITEMS = 12;
const WINDOWS = [
  { rows: [4, 8, 6], gaps: [9, 2, 5], age: 0.25 },
  { rows: [7, 4], gaps: [3, 4], age: 0.75 },
];
const SAMPLER = createNegativeSampler(
  Float64Array.from({ length: NUM_ITEMS }, (_, row) => 3 * row),
  0.75,
);

function batchOf(changes: Partial<BatchOptions> = {}): TrainingBatch {
  return makeBatch(WINDOWS, {
    numEvents: 3,
    viewShare: 0.5,
    recency: 1.6,
    numItems: NUM_ITEMS,
    graph: noGraph(NUM_ITEMS),
    numNegatives: 5,
    sampler: SAMPLER,
    random: seededRandom(253),
    ...changes,
  });
}

/** Calls `look` with a batch that is gone afterwards. */
function withBatch(changes: Partial<BatchOptions>, look: (batch: TrainingBatch, items: Int32Array) => void): void {
  const { numTensors } = tf.memory();
  const batch = batchOf(changes);
  look(batch, batch.itemRows.dataSync<'int32'>());
  disposeBatch(batch);
  expect(tf.memory().numTensors).toBe(numTensors);
}

describe('a batch', () => {
  test('has inputs, targets and padding in their places', () => {
    const uniform = [0.7, 0.2];
    const random = seededRandom(254);
    withBatch({ random: () => uniform.shift() ?? random() }, (batch, items) => {
      expect(batch.rows.shape).toEqual([2, 3]);
      expect(batch.kinds.shape).toEqual([2, 3, 5]);
      expect(batch.gaps.shape).toEqual([2, 3, 10]);
      expect(batch.isEvent.shape).toEqual([2, 3]);
      expect([...batch.isEvent.dataSync()]).toEqual([0, 1, 1, 0, 0, 1]);
      const itemsAt = (places: ArrayLike<number>) =>
        Array.from(places, (place, at) => ([1, 2, 5].includes(at) ? items[place] : undefined));
      expect(itemsAt(batch.rows.dataSync())).toEqual([undefined, 4, 8, undefined, undefined, 7]);
      expect(itemsAt(batch.softmax.targets)).toEqual([undefined, 8, 6, undefined, undefined, 4]);
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
    });
  });

  test('has a table in which every item of the step is once, and all rows count in it', () => {
    withBatch({}, (batch, items) => {
      expect(new Set(items).size).toBe(items.length);
      const { targets, negatives } = batch.softmax;
      for (const place of [...batch.rows.dataSync(), ...targets, ...negatives]) {
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThan(items.length);
      }
      expect(items.length).toBeLessThan(NUM_ITEMS);
    });
  });

  test('weighs its events by how late their window lies; all weights together are 1', () => {
    withBatch({}, ({ softmax: { weights } }) => {
      const [early, late] = [Math.exp(1.6 * -0.75), Math.exp(1.6 * -0.25)];
      const total = 2 * early + late;
      const expected = [0, early / total, early / total, 0, 0, late / total];
      expect([...weights]).toEqual(expected.map((weight) => expect.closeTo(weight, 6)));
    });
    withBatch({ recency: 0 }, ({ softmax: { weights } }) => {
      expect([...weights]).toEqual([0, 1, 1, 0, 0, 1].map((weight) => expect.closeTo(weight / 3, 6)));
    });
  });

  test('draws negatives by the sampler and tells the log probability of each, and of each target', () => {
    withBatch({}, ({ softmax }, items) => {
      const logOf = (place: number) => SAMPLER.logProbabilities[items[place] as number];
      expect(softmax.negatives).toHaveLength(5);
      expect(softmax.negativeLogQ).toEqual(Float32Array.from(softmax.negatives, (place) => logOf(place) as number));
      for (const at of [1, 2, 5]) expect(softmax.targetLogQ[at]).toBe(logOf(softmax.targets[at] as number));
    });
  });

  test.each([12, 13, 2048])(
    'of %d negatives wanted has all 12 items once, with log Q 0: the softmax is full',
    (numNegatives) => {
      withBatch({ numNegatives }, ({ softmax }, items) => {
        expect(Array.from(softmax.negatives, (place) => items[place])).toEqual(Array.from({ length: 12 }, (_, i) => i));
        expect(softmax.negativeLogQ).toEqual(new Float32Array(12));
        expect(softmax.targetLogQ).toEqual(new Float32Array(6));
      });
    },
  );

  test('reads what is mixed into its items too, after the table’s own rows', () => {
    const numTableRows = new Set<number>();
    withBatch({}, (_, items) => void numTableRows.add(items.length));
    withBatch({ graph: ringGraph(NUM_ITEMS, 5) }, ({ graph }, items) => {
      const [numRows] = numTableRows as unknown as [number];
      expect(graph.offsets).toHaveLength(numRows + 1);
      expect(items.length).toBeGreaterThan(numRows);
      expect(new Set(items).size).toBe(items.length);
      Array.from(graph.columns).forEach((place, row) => {
        expect(items[place]).toBe(((items[row] as number) + 5) % NUM_ITEMS);
      });
    });
  });

  test('is the same for the same seed', () => {
    withBatch({}, (batch, items) => {
      withBatch({}, (again, itemsAgain) => {
        expect(itemsAgain).toEqual(items);
        expect(again.softmax).toEqual(batch.softmax);
        expect(again.kinds.dataSync()).toEqual(batch.kinds.dataSync());
      });
    });
  });
});

/** Places of the ones in a tensor of ones and zeros. */
function onesOf(tensor: tf.Tensor3D): number[][] {
  return tensor
    .arraySync()
    .flatMap((steps, b) => steps.flatMap((flags, t) => flags.flatMap((flag, k) => (flag ? [[b, t, k]] : []))));
}
