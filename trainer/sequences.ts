import { gapBucket } from '#model/profile.ts';
import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import type { Basket } from './dataset.ts';

/** A customer's events as one sequence of items, oldest first. */
export interface CustomerSequence {
  readonly rows: readonly number[];
  /** Time-gap buckets, as long as `rows`. */
  readonly gaps: readonly number[];
  /** When each event was, 0 the log's first time and 1 its last; as long as `rows`. */
  readonly ages: readonly number[];
}

/** Up to T + 1 neighboring events of a customer: T inputs and, one later, T targets. */
export interface Window {
  readonly rows: readonly number[];
  readonly gaps: readonly number[];
  /** Of its last event. */
  readonly age: number;
}

/** Each customer's baskets laid end to end; the lines of one order keep their order. */
export function customerSequences(baskets: readonly Basket[]): CustomerSequence[] {
  const [firstMs, lastMs] = [baskets.at(0)?.atMs ?? 0, baskets.at(-1)?.atMs ?? 0];
  const byCustomer = new Map<string, { rows: number[]; gaps: number[]; ages: number[]; lastMs: number }>();
  for (const { customer, atMs, rows } of baskets) {
    const sequence = byCustomer.get(customer) ?? { rows: [], gaps: [], ages: [], lastMs: Number.NEGATIVE_INFINITY };
    byCustomer.set(customer, sequence);
    for (const row of rows) {
      sequence.gaps.push(sequence.rows.length === 0 ? NUM_GAP_BUCKETS - 1 : gapBucket(atMs - sequence.lastMs));
      sequence.rows.push(row);
      sequence.ages.push(lastMs > firstMs ? (atMs - firstMs) / (lastMs - firstMs) : 1);
      sequence.lastMs = atMs;
    }
  }
  return Array.from(byCustomer.values(), ({ rows, gaps, ages }) => ({ rows, gaps, ages }));
}

/** Cuts sequences into windows that share one event, so that every event but the first is a target once. */
export function cutWindows(sequences: readonly CustomerSequence[], maxEvents: number): Window[] {
  const windows: Window[] = [];
  for (const { rows, gaps, ages } of sequences) {
    for (let start = 0; start + 1 < rows.length; start += maxEvents) {
      const end = Math.min(rows.length, start + maxEvents + 1);
      windows.push({ rows: rows.slice(start, end), gaps: gaps.slice(start, end), age: ages[end - 1] as number });
    }
  }
  return windows;
}

/** Lengths that windows are padded to: few, so that a GPU sees few shapes, and close, so that little is padding. */
const PADDED_LENGTHS = [2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 200];

/**
 * Groups windows of about the same length into batches.
 *
 * @param windows In the order in which batches take them: shuffled.
 * @param numPositions Positions of a batch, padding included.
 * @returns Batches by length, shortest first: shuffle them.
 */
export function batchesOf(windows: readonly Window[], numPositions: number): Window[][] {
  const byLength = new Map<number, Window[][]>();
  for (const window of windows) {
    const length = paddedLength(window);
    const batches = byLength.get(length) ?? [[]];
    byLength.set(length, batches);
    let batch = batches.at(-1) as Window[];
    if ((batch.length + 1) * length > numPositions && batch.length > 0) {
      batch = [];
      batches.push(batch);
    }
    batch.push(window);
  }
  return [...byLength.keys()].sort((a, b) => a - b).flatMap((length) => byLength.get(length) ?? []);
}

/** T of the batch that a window goes into. */
export function paddedLength({ rows }: Window): number {
  const numInputs = rows.length - 1;
  return PADDED_LENGTHS.find((length) => length >= numInputs) ?? numInputs;
}
