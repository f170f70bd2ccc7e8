import * as tf from '@tensorflow/tfjs-core';
import { kindIndex } from '#model/profile.ts';
import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import { ITEM_EVENT_KINDS } from '#protocol/event.ts';
import { type ItemGraph, subgraph } from './item-graph.ts';
import type { NegativeSampler } from './negative-sampler.ts';
import type { SequenceBatch } from './network.ts';
import type { SoftmaxRows } from './sampled-softmax.ts';
import type { Random } from './seeded-random.ts';
import type { Window } from './sequences.ts';

/**
 * One step's input: sequences, what came next after each of their events, and negatives.
 *
 * All rows count in the step's own item table, so that a step's cost follows the batch and not the
 * catalog.
 */
export interface TrainingBatch extends SequenceBatch {
  /** int32 `[V]`, the items whose weights the step reads, all different; its table holds the first U of them. */
  readonly itemRows: tf.Tensor1D;
  /** What of the others is mixed into the table's U rows. */
  readonly graph: ItemGraph;
  readonly softmax: SoftmaxRows;
}

export interface BatchOptions {
  /** T: at least as long as the longest window's inputs. */
  readonly numEvents: number;
  /** Share of windows told as views instead of purchases. */
  readonly viewShare: number;
  /** A window at the log's start counts e^−this, one at its end 1. */
  readonly recency: number;
  readonly numItems: number;
  readonly graph: ItemGraph;
  /** K; from as many items on as there are, the softmax is full. */
  readonly numNegatives: number;
  readonly sampler: NegativeSampler;
  readonly random: Random;
}

/**
 * Lays windows into tensors, padded at the front, and draws negatives.
 *
 * @param windows At least one.
 * @returns Tensors owned by the caller.
 */
export function makeBatch(windows: readonly Window[], options: BatchOptions): TrainingBatch {
  const { numEvents, viewShare, recency, random } = options;
  const numPositions = windows.length * numEvents;
  const table = stepTable(options.numItems);
  const rows = new Int32Array(numPositions);
  const targets = new Int32Array(numPositions);
  const targetItems = new Int32Array(numPositions);
  const isEvent = new Float32Array(numPositions);
  const kinds = new Float32Array(numPositions * ITEM_EVENT_KINDS.length);
  const gaps = new Float32Array(numPositions * NUM_GAP_BUCKETS);
  const weights = new Float32Array(numPositions);
  windows.forEach((window, sequence) => {
    const numInputs = window.rows.length - 1;
    const kind = kindIndex(random() < viewShare ? 'view' : 'purchase');
    for (let i = 0; i < numInputs; i++) {
      const at = sequence * numEvents + (numEvents - numInputs) + i;
      rows[at] = table.placeOf(window.rows[i] as number);
      targetItems[at] = window.rows[i + 1] as number;
      targets[at] = table.placeOf(targetItems[at] as number);
      isEvent[at] = 1;
      kinds[at * ITEM_EVENT_KINDS.length + kind] = 1;
      gaps[at * NUM_GAP_BUCKETS + (window.gaps[i] as number)] = 1;
      weights[at] = Math.exp(recency * (window.age - 1));
    }
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const negatives = drawNegatives(options);
  const shape: [number, number] = [windows.length, numEvents];
  return {
    rows: tf.tensor2d(rows, shape, 'int32'),
    kinds: tf.tensor3d(kinds, [...shape, ITEM_EVENT_KINDS.length]),
    gaps: tf.tensor3d(gaps, [...shape, NUM_GAP_BUCKETS]),
    isEvent: tf.tensor2d(isEvent, shape),
    softmax: {
      targets,
      weights: weights.map((weight) => weight / total),
      targetLogQ: Float32Array.from(targetItems, negatives.logQ),
      negatives: negatives.items.map(table.placeOf),
      negativeLogQ: Float32Array.from(negatives.items, negatives.logQ),
    },
    ...table.finish(options.graph),
  };
}

export function disposeBatch({ rows, kinds, gaps, isEvent, itemRows }: TrainingBatch): void {
  tf.dispose([rows, kinds, gaps, isEvent, itemRows]);
}

/** Gives items places in a step's own table in the order in which they are asked for. */
function stepTable(numItems: number): {
  placeOf: (row: number) => number;
  finish: (graph: ItemGraph) => Pick<TrainingBatch, 'itemRows' | 'graph'>;
} {
  const places = new Int32Array(numItems).fill(-1);
  const rows: number[] = [];
  const placeOf = (row: number): number => {
    if ((places[row] as number) < 0) places[row] = rows.push(row) - 1;
    return places[row] as number;
  };
  return {
    placeOf,
    finish: (graph) => {
      const needed = subgraph(graph, rows, placeOf);
      return { graph: needed, itemRows: tf.tensor1d(rows, 'int32') };
    },
  };
}

function drawNegatives({ numItems, numNegatives, sampler, random }: BatchOptions): {
  readonly items: Int32Array;
  readonly logQ: (row: number) => number;
} {
  if (numItems <= numNegatives) return { items: Int32Array.from({ length: numItems }, (_, row) => row), logQ: () => 0 };
  return {
    items: sampler.draw(numNegatives, random),
    // log(K · Q) without its constant log K, which the softmax does not see.
    logQ: (row) => sampler.logProbabilities[row] as number,
  };
}
