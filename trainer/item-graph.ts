import * as tf from '@tensorflow/tfjs-core';
import type { Neighbors } from '#protocol/item-files.ts';
import { gatherRows } from './gather-rows.ts';
import { wasmMemory } from './wasm-memory.ts';

/** Which rows are mixed into which, in compressed sparse rows. */
export interface ItemGraph {
  /** `[U + 1]`. */
  readonly offsets: Uint32Array;
  /** `[edges]`, rows that are mixed in. */
  readonly columns: Uint32Array;
  /** `[edges]`; those of a row add up to 1. */
  readonly weights: Float32Array;
}

/** The strongest neighbors of an item that are mixed in: each costs a row in every step. */
const MAX_MIXED = 16;

/** The graph of shipped neighbor lists: what does not ship has no part in an item's vector either. */
export function itemGraph({ offsets, rows, weights }: Neighbors): ItemGraph {
  const starts = new Uint32Array(offsets.length);
  const columns: number[] = [];
  const shares: number[] = [];
  for (let row = 0; row + 1 < offsets.length; row++) {
    const first = columns.length;
    let sum = 0;
    for (let entry = offsets[row] as number; entry < (offsets[row + 1] as number); entry++) {
      if (rows[entry] === row || columns.length - first === MAX_MIXED) continue;
      const weight = (weights[entry] as number) ** 2;
      columns.push(rows[entry] as number);
      shares.push(weight);
      sum += weight;
    }
    for (let at = first; at < shares.length; at++) shares[at] = (shares[at] as number) / sum;
    starts[row + 1] = columns.length;
  }
  return { offsets: starts, columns: Uint32Array.from(columns), weights: Float32Array.from(shares) };
}

/**
 * Row + weighted mean of its neighbors' rows: an item's vector then learns from what its neighbors'
 * events teach (a light graph convolution: He et al. 2020, one layer).
 *
 * @param base `[V, D]`, the first U rows of which are mixed.
 * @returns `[U, D]`
 */
export function mixNeighbors(base: tf.Tensor2D, graph: ItemGraph): tf.Tensor2D {
  return tf.getBackend() === 'wasm' ? mixOnHost(base, graph) : mixOnDevice(base, graph);
}

function mixOnHost(base: tf.Tensor2D, graph: ItemGraph): tf.Tensor2D {
  const [numBase, dim] = base.shape;
  const numRows = graph.offsets.length - 1;
  const mix = tf.customGrad((source: tf.Tensor | tf.GradSaveFunc) => {
    const values = wasmMemory(source as tf.Tensor2D);
    const mixed = values.slice(0, numRows * dim);
    alongEdges(graph, (row, column, weight) => addScaled(mixed, row, { from: values, at: column, weight, dim }));
    return {
      value: tf.tensor2d(mixed, [numRows, dim]),
      gradFunc: (upstream: tf.Tensor) => {
        const gradient = wasmMemory(upstream);
        const sums = new Float32Array(numBase * dim);
        sums.set(gradient);
        alongEdges(graph, (row, column, weight) => addScaled(sums, column, { from: gradient, at: row, weight, dim }));
        return tf.tensor2d(sums, [numBase, dim]);
      },
    };
  });
  return mix(base) as tf.Tensor2D;
}

function alongEdges(
  { offsets, columns, weights }: ItemGraph,
  visit: (row: number, column: number, weight: number) => void,
): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let edge = offsets[row] as number; edge < (offsets[row + 1] as number); edge++) {
      visit(row, columns[edge] as number, weights[edge] as number);
    }
  }
}

function addScaled(
  sums: Float32Array,
  row: number,
  {
    from,
    at,
    weight,
    dim,
  }: { readonly from: Float32Array; readonly at: number; readonly weight: number; readonly dim: number },
): void {
  const start = row * dim;
  const source = at * dim;
  for (let d = 0; d < dim; d++) {
    sums[start + d] = (sums[start + d] as number) + weight * (from[source + d] as number);
  }
}

function mixOnDevice(base: tf.Tensor2D, { offsets, columns, weights }: ItemGraph): tf.Tensor2D {
  const numRows = offsets.length - 1;
  const own = tf.slice(base, [0, 0], [numRows, -1]);
  if (columns.length === 0) return own;
  const owners = new Int32Array(columns.length);
  for (let row = 0; row < numRows; row++) owners.fill(row, offsets[row], offsets[row + 1]);
  const neighbors = gatherRows(base, tf.tensor1d(Int32Array.from(columns), 'int32')); // [edges, D]
  const weighted = tf.mul(neighbors, tf.tensor2d(weights, [weights.length, 1]));
  return tf.add(own, tf.unsortedSegmentSum(weighted, tf.tensor1d(owners, 'int32'), numRows));
}

/**
 * The part of a graph that some rows need.
 *
 * @param rows The items to mix, all different; those that are mixed in are appended.
 * @returns The graph in places of `rows`.
 */
export function subgraph(graph: ItemGraph, rows: number[], placeOf: (row: number) => number): ItemGraph {
  const numRows = rows.length;
  const offsets = new Uint32Array(numRows + 1);
  const columns: number[] = [];
  const weights: number[] = [];
  for (let place = 0; place < numRows; place++) {
    const row = rows[place] as number;
    for (let edge = graph.offsets[row] as number; edge < (graph.offsets[row + 1] as number); edge++) {
      columns.push(placeOf(graph.columns[edge] as number));
      weights.push(graph.weights[edge] as number);
    }
    offsets[place + 1] = columns.length;
  }
  return { offsets, columns: Uint32Array.from(columns), weights: Float32Array.from(weights) };
}
