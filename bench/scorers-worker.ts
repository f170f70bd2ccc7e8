import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { dequantizeRow } from '#model/item-table.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Scorer } from '#model/scorer.ts';
import { ROW_BLOCK, type ScoringTable } from '#model/scoring-table.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import { topRows } from '#model/top-rows.ts';
import { makeItems } from './made-up-items.ts';

/** Runs in a Worker of a real browser; `bench/scorers.ts` bundles it and asks it for one size at a time. */

const DIM = 64;
const TOP = 20;
const NUM_QUERIES = 32;
/** A sample lasts so long at least: a page's clock ticks every 0.1 ms. */
const SAMPLE_MS = 10;

export interface Asked {
  readonly numItems: number;
  readonly rounds: number;
  readonly readKernel: Uint8Array<ArrayBuffer>;
}

/** What is timed: one query of many, over the whole table. */
type Contender = (query: Float32Array) => unknown;

export interface Measured {
  /** Median milliseconds a query, by contender. */
  readonly ms: Readonly<Record<string, number>>;
  /** Rows of the true top 20 among those found, on average. */
  readonly overlap: Readonly<Record<'relaxed-simd' | 'simd', number>>;
  readonly tfjs: string;
}

self.onmessage = async ({ data }: MessageEvent<Asked>) => {
  try {
    self.postMessage(await measure(data));
  } catch (error) {
    self.reportError(error); // reaches the page, as what a promise throws does not
  }
};

async function measure({ numItems, rounds, readKernel }: Asked): Promise<Measured> {
  const { table, nextQuery } = makeItems('clusters', { numItems, dim: DIM, seed: 64 });
  const queries = Array.from({ length: NUM_QUERIES }, nextQuery);
  const relaxed = await createSimdScorer(table, undefined, 'relaxed-simd');
  const simd = await createSimdScorer(table, undefined, 'simd');
  const js = createJsScorer(table);
  const vectors = new Float32Array(numItems * DIM);
  for (let row = 0; row < numItems; row++) dequantizeRow(table, row, vectors, row * DIM);
  const tfjs = await startTfjs(vectors);
  const contenders: Record<string, Contender> = {
    read: await readerOf(table, readKernel),
    'relaxed-simd': (query) => relaxed.top(asked(query)),
    simd: (query) => simd.top(asked(query)),
    js: (query) => js.top(asked(query)),
    loop: floatLoop(vectors),
    'tfjs E·u': tfjs.matrixTimesQuery,
    'tfjs u·Eᵀ': tfjs.queryTimesMatrix,
  };
  return {
    ms: await medians(contenders, queries, rounds),
    overlap: {
      'relaxed-simd': await meanOverlap(relaxed, js, queries),
      simd: await meanOverlap(simd, js, queries),
    },
    tfjs: tfjs.description,
  };
}

function asked(query: Float32Array) {
  return { query, popularityWeight: 0.1, count: TOP };
}

/** In turns, so that whatever else the machine does hits all alike. */
async function medians(
  contenders: Readonly<Record<string, Contender>>,
  queries: readonly Float32Array[],
  rounds: number,
): Promise<Record<string, number>> {
  let next = 0;
  const time = async (contender: Contender, times: number): Promise<number> => {
    const from = performance.now();
    for (let i = 0; i < times; i++) await contender(queries[next++ % NUM_QUERIES] as Float32Array);
    return performance.now() - from;
  };
  const times: Record<string, number> = {};
  for (const [name, contender] of Object.entries(contenders)) {
    let enough = 1; // doubling also gives the compiler time
    while ((await time(contender, enough)) < SAMPLE_MS) enough *= 2;
    await time(contender, enough);
    times[name] = enough;
  }
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      samples[name]?.push((await time(contender, times[name] as number)) / (times[name] as number));
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, median(list)]));
}

/** Reads what the relaxed kernel has to: values, and what it keeps of each row and block. */
async function readerOf({ numItems, memory, layout }: ScoringTable, code: Uint8Array<ArrayBuffer>): Promise<Contender> {
  const { instance } = await WebAssembly.instantiate(code, { env: { memory: memory as WebAssembly.Memory } });
  const read = instance.exports.read as (at: number, end: number) => number;
  const capsEnd = layout.caps + 16 * Math.ceil(numItems / ROW_BLOCK);
  return () => {
    read(layout.values, layout.scales);
    read(layout.rowSums, capsEnd);
  };
}

/** The float32 loop that anybody would write, without popularity and lifts, and the best rows of its scores. */
function floatLoop(vectors: Float32Array): Contender {
  const scores = new Float32Array(vectors.length / DIM);
  return (query) => {
    for (let row = 0, at = 0; row < scores.length; row++) {
      let sum = 0;
      for (let d = 0; d < DIM; d++, at++) sum += (query[d] as number) * (vectors[at] as number);
      scores[row] = sum;
    }
    return topRows(scores, TOP);
  };
}

/** Both ways to multiply; its binaries are served beside this script. */
async function startTfjs(vectors: Float32Array) {
  setWasmPaths('/tfjs/');
  await tf.setBackend('wasm');
  const numItems = vectors.length / DIM;
  const rows = tf.tensor2d(vectors, [numItems, DIM]);
  const columns = tf.transpose(rows);
  const top = async (product: (query: Float32Array) => tf.Tensor, query: Float32Array): Promise<unknown> => {
    const best = tf.tidy(() => tf.topk(tf.reshape(product(query), [numItems]), TOP).indices);
    const found = await best.data();
    best.dispose();
    return found;
  };
  const features = ['WASM_HAS_SIMD_SUPPORT', 'WASM_HAS_MULTITHREAD_SUPPORT'] as const;
  const [hasSimd, hasThreads] = await Promise.all(features.map((name) => tf.env().getAsync(name)));
  return {
    description: `tfjs ${tf.version_core}, wasm ${hasSimd ? 'with' : 'without'} SIMD, ${hasThreads ? 'threads' : 'one thread'}`,
    matrixTimesQuery: (asked: Float32Array) => top((query) => tf.matMul(rows, tf.tensor2d(query, [DIM, 1])), asked),
    queryTimesMatrix: (asked: Float32Array) => top((query) => tf.matMul(tf.tensor2d(query, [1, DIM]), columns), asked),
  };
}

async function meanOverlap(scorer: Scorer, exact: Scorer, queries: readonly Float32Array[]): Promise<number> {
  let shared = 0;
  for (const query of queries) {
    const expected = new Set((await exact.top(asked(query))).rows);
    for (const row of (await scorer.top(asked(query))).rows) if (expected.has(row)) shared++;
  }
  return shared / queries.length;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}
