import * as tf from '@tensorflow/tfjs-core';
import { gapBucket, kindIndex } from '#model/profile.ts';
import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import { ITEM_EVENT_KINDS } from '#protocol/event.ts';
import type { Basket } from './dataset.ts';
import type { SequenceBatch } from './network.ts';
import type { Random } from './seeded-random.ts';

/** A customer's orders as one sequence of items, oldest first. */
export interface CustomerSequence {
  readonly rows: readonly number[];
  /** Time-gap buckets, as long as `rows`. */
  readonly gaps: readonly number[];
}

/** Up to T + 1 neighboring events of a customer: T inputs and, one later, T targets. */
export type Window = CustomerSequence;

/** One step's input: sequences and what came next after each of their events. */
export interface TrainingBatch extends SequenceBatch {
  /** int32 `[B · T]`, the row that came next; padding 0. */
  readonly targets: tf.Tensor1D;
  /** The same on this side of the backend. */
  readonly targetRows: Int32Array;
  /** `[B · T]`, 1 where there is a target. */
  readonly hasTarget: tf.Tensor1D;
  /** Number of targets, for means. */
  readonly numTargets: number;
}

/** Each customer's baskets laid end to end; the lines of one order keep their order. */
export function customerSequences(baskets: readonly Basket[]): CustomerSequence[] {
  const byCustomer = new Map<string, { rows: number[]; gaps: number[]; lastMs: number }>();
  for (const { customer, atMs, rows } of baskets) {
    const sequence = byCustomer.get(customer) ?? { rows: [], gaps: [], lastMs: Number.NEGATIVE_INFINITY };
    byCustomer.set(customer, sequence);
    for (const row of rows) {
      sequence.gaps.push(sequence.rows.length === 0 ? NUM_GAP_BUCKETS - 1 : gapBucket(atMs - sequence.lastMs));
      sequence.rows.push(row);
      sequence.lastMs = atMs;
    }
  }
  return Array.from(byCustomer.values(), ({ rows, gaps }) => ({ rows, gaps }));
}

/** Cuts sequences into windows that share one event, so that every event but the first is a target once. */
export function cutWindows(sequences: readonly CustomerSequence[], maxEvents: number): Window[] {
  const windows: Window[] = [];
  for (const { rows, gaps } of sequences) {
    for (let start = 0; start + 1 < rows.length; start += maxEvents) {
      windows.push({
        rows: rows.slice(start, start + maxEvents + 1),
        gaps: gaps.slice(start, start + maxEvents + 1),
      });
    }
  }
  return windows;
}

/**
 * Lays windows into tensors, padded at the front.
 *
 * @param viewShare Share of windows told as views instead of purchases: see the trainer's configuration.
 * @returns Tensors owned by the caller.
 */
export function makeBatch(
  windows: readonly Window[],
  { maxEvents, viewShare, random }: { readonly maxEvents: number; readonly viewShare: number; readonly random: Random },
): TrainingBatch {
  const numSequences = windows.length;
  const rows = new Int32Array(numSequences * maxEvents);
  const targets = new Int32Array(rows.length);
  const isEvent = new Float32Array(rows.length);
  const kinds = new Float32Array(rows.length * ITEM_EVENT_KINDS.length);
  const gaps = new Float32Array(rows.length * NUM_GAP_BUCKETS);
  let numTargets = 0;
  windows.forEach((window, sequence) => {
    const numInputs = window.rows.length - 1;
    const kind = kindIndex(random() < viewShare ? 'view' : 'purchase');
    for (let i = 0; i < numInputs; i++) {
      const at = sequence * maxEvents + (maxEvents - numInputs) + i;
      rows[at] = window.rows[i] as number;
      targets[at] = window.rows[i + 1] as number;
      isEvent[at] = 1;
      kinds[at * ITEM_EVENT_KINDS.length + kind] = 1;
      gaps[at * NUM_GAP_BUCKETS + (window.gaps[i] as number)] = 1;
      numTargets++;
    }
  });
  return {
    rows: tf.tensor2d(rows, [numSequences, maxEvents], 'int32'),
    kinds: tf.tensor3d(kinds, [numSequences, maxEvents, ITEM_EVENT_KINDS.length]),
    gaps: tf.tensor3d(gaps, [numSequences, maxEvents, NUM_GAP_BUCKETS]),
    isEvent: tf.tensor2d(isEvent, [numSequences, maxEvents]),
    targets: tf.tensor1d(targets, 'int32'),
    targetRows: targets,
    hasTarget: tf.tensor1d(isEvent),
    numTargets,
  };
}

export function disposeBatch({ rows, kinds, gaps, isEvent, targets, hasTarget }: TrainingBatch): void {
  tf.dispose([rows, kinds, gaps, isEvent, targets, hasTarget]);
}
