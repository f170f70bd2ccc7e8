import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Neighbors } from '#protocol/item-files.ts';
import { startBackend } from '#trainer/backend.ts';
import { type ItemGraph, itemGraph, mixNeighbors, subgraph } from '#trainer/item-graph.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';
import { onBackend } from './on-backend.ts';

beforeAll(async () => {
  tf.enableProdMode(); // or the cpu backend recommends another package on the terminal
  await startBackend();
});

type Edge = readonly [column: number, weight: number];

function graphOf(lists: readonly (readonly Edge[])[]): ItemGraph {
  let end = 0;
  return {
    offsets: Uint32Array.from([0, ...lists.map((list) => (end += list.length))]),
    columns: Uint32Array.from(lists.flat(), ([column]) => column),
    weights: Float32Array.from(lists.flat(), ([, weight]) => weight),
  };
}

/** A graph's lists again. */
function listsOf({ offsets, columns, weights }: ItemGraph): Edge[][] {
  return Array.from({ length: offsets.length - 1 }, (_, row) =>
    Array.from(
      columns.slice(offsets[row], offsets[row + 1]),
      (column, i): Edge => [column, weights[(offsets[row] as number) + i] as number],
    ),
  );
}

describe('the graph of neighbor lists', () => {
  const neighborsOf = (lists: readonly (readonly Edge[])[]): Neighbors => {
    const { offsets, columns, weights } = graphOf(lists);
    return { offsets, rows: columns, weights: Uint8Array.from(weights) };
  };

  test('shares out each list by the weights, which ship as roots, and leaves an item’s own row out', () => {
    const graph = itemGraph(
      neighborsOf([
        [
          [2, 200],
          [0, 150],
          [1, 50],
        ],
        [],
        [
          [2, 90],
          [1, 30],
        ],
        [[3, 70]],
      ]),
    );
    expect(listsOf(graph)).toEqual([
      [
        [2, expect.closeTo(40_000 / 42_500, 6)],
        [1, expect.closeTo(2500 / 42_500, 6)],
      ],
      [],
      [[1, 1]],
      [],
    ]);
  });

  test('holds the 16 strongest neighbors of an item', () => {
    const list = Array.from({ length: 30 }, (_, i): Edge => [i + 1, 250 - 5 * i]);
    const [kept] = listsOf(itemGraph(neighborsOf([list, ...new Array<Edge[]>(30).fill([])]))) as [Edge[]];
    expect(kept.map(([column]) => column)).toEqual(list.slice(0, 16).map(([column]) => column));
    expect(kept.reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 5);
  });
});

/** Rows 0 … 3 of 6 are mixed. */
const GRAPH = graphOf([
  [
    [4, 0.7],
    [1, 0.3],
  ],
  [],
  [
    [0, 0.2],
    [2, 0.5],
    [5, 0.3],
  ],
  [[4, 1]],
]);
const [NUM_BASE, NUM_MIXED, DIM] = [6, 4, 3];

/** Row + Σ weight · neighbor, and its transpose for the gradient. */
function slowMix(base: Float32Array, upstream: Float32Array): { mixed: number[]; gradient: number[] } {
  const mixed = Array.from(base.subarray(0, NUM_MIXED * DIM));
  const gradient = Array.from({ length: NUM_BASE * DIM }, (_, i) => upstream[i] ?? 0);
  listsOf(GRAPH).forEach((list, row) => {
    for (const [column, weight] of list) {
      for (let d = 0; d < DIM; d++) {
        mixed[row * DIM + d] = (mixed[row * DIM + d] as number) + weight * (base[column * DIM + d] as number);
        gradient[column * DIM + d] =
          (gradient[column * DIM + d] as number) + weight * (upstream[row * DIM + d] as number);
      }
    }
  });
  return { mixed, gradient };
}

describe.each(['wasm', 'cpu'])('mixing neighbors on the %s backend', (backend) => {
  onBackend(backend);

  const mixAndGradient = (base: Float32Array, upstream: Float32Array, graph: ItemGraph) =>
    tf.tidy(() => {
      const input = tf.tensor2d(base, [NUM_BASE, DIM]);
      const mixed = mixNeighbors(input, graph);
      expect(mixed.shape).toEqual([NUM_MIXED, DIM]);
      const lossOf = (rows: tf.Tensor) =>
        tf.sum(tf.mul(mixNeighbors(rows as tf.Tensor2D, graph), tf.tensor2d(upstream, [NUM_MIXED, DIM])));
      return { mixed: [...mixed.dataSync()], gradient: [...tf.grad(lossOf)(input).dataSync()] };
    });
  const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

  test('adds to each row the weighted mean of its neighbors, and gives them their share of the gradient', () => {
    const random = seededRandom(571);
    const [base, upstream] = [spread(NUM_BASE * DIM, 2, random), spread(NUM_MIXED * DIM, 2, random)];
    const expected = slowMix(base, upstream);
    expect(mixAndGradient(base, upstream, GRAPH)).toEqual({
      mixed: close(expected.mixed),
      gradient: close(expected.gradient),
    });
  });

  test('without any edge leaves the rows as they are', () => {
    const random = seededRandom(572);
    const [base, upstream] = [spread(NUM_BASE * DIM, 2, random), spread(NUM_MIXED * DIM, 2, random)];
    expect(mixAndGradient(base, upstream, graphOf([[], [], [], []]))).toEqual({
      mixed: [...base.subarray(0, NUM_MIXED * DIM)],
      gradient: [...upstream, ...new Array(6).fill(0)],
    });
  });
});

describe('the part of a graph that some rows need', () => {
  const whole = graphOf([[[3, 1]], [], [[0, 1]], [[5, 0.6], [2, 0.4]], [[3, 1]], [[4, 1]]]); // biome-ignore format: a list a row

  /** Places in the order in which they are asked for. */
  function partOf(rows: number[]): ItemGraph {
    return subgraph(whole, rows, (row) => {
      const place = rows.indexOf(row);
      return place === -1 ? rows.push(row) - 1 : place;
    });
  }

  test('has their lists in places, and what is mixed in behind them', () => {
    const rows = [3, 1, 2];
    const part = partOf(rows);
    expect(rows).toEqual([3, 1, 2, 5, 0]);
    expect(listsOf(part)).toEqual([
      [
        [3, expect.closeTo(0.6, 6)],
        [2, expect.closeTo(0.4, 6)],
      ],
      [],
      [[4, 1]],
    ]);
  });

  test('mixes each item as the whole graph does', () => {
    const base = spread(6 * 2, 1.5, seededRandom(573));
    const rows = [5, 3, 0];
    const part = partOf(rows);
    tf.tidy(() => {
      const all = tf.tensor2d(base, [6, 2]);
      const mixed = mixNeighbors(tf.gather(all, tf.tensor1d(rows, 'int32')), part);
      const expected = tf.gather(mixNeighbors(all, whole), tf.tensor1d([5, 3, 0], 'int32'));
      expect(mixed.arraySync()).toEqual(expected.arraySync());
    });
  });
});
