import * as tf from '@tensorflow/tfjs-core';
import { Bench } from 'tinybench';
import { dequantizeRow, type ItemTable, quantizeRows } from '#model/item-table.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import { topRows } from '#model/top-rows.ts';
import { startBackend } from '#trainer/backend.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { medianMs, type Row } from './table.ts';

const DIM = 64;
const TOP = 20;
const SIZES = [10_000, 100_000];

/**
 * Score + top-20 of one query over a whole table: the shipped scorers beside a plain float32 loop and
 * tfjs-wasm's matrix product with its own top-k, in one run.
 */
export async function benchScorers(): Promise<Row[]> {
  await startBackend();
  const rows: Row[] = [
    ['items', 'SIMD int8', 'JavaScript int8', 'float32 loop', 'tfjs wasm', 'loop ÷ SIMD', 'tfjs ÷ SIMD'],
  ];
  for (const numItems of SIZES) {
    const { items, vectors, query } = makeTable(numItems);
    const simd = await createSimdScorer(items);
    const js = createJsScorer(items);
    const out = new Float32Array(numItems);
    const matrix = tf.tensor2d(vectors, [numItems, DIM]);
    const bench = new Bench({ time: 600, warmupTime: 200 });
    bench
      .add('simd', async () => {
        await simd.score(query, out);
        topRows(out, TOP);
      })
      .add('js', async () => {
        await js.score(query, out);
        topRows(out, TOP);
      })
      .add('loop', () => {
        floatLoop(vectors, query, out);
        topRows(out, TOP);
      })
      .add('tfjs', () => {
        const best = tf.tidy(
          () => tf.topk(tf.reshape(tf.matMul(matrix, tf.tensor2d(query, [DIM, 1])), [numItems]), TOP).indices,
        );
        best.dataSync();
        best.dispose();
      });
    await bench.run();
    const ms = Object.fromEntries(bench.tasks.map((task) => [task.name, medianMs(task)])) as Record<string, number>;
    const at = (name: string): number => ms[name] as number;
    rows.push([
      numItems,
      ...['simd', 'js', 'loop', 'tfjs'].map((name) => `${at(name).toFixed(2)} ms`),
      `${(at('loop') / at('simd')).toFixed(1)} ×`,
      `${(at('tfjs') / at('simd')).toFixed(1)} ×`,
    ]);
    matrix.dispose();
  }
  return rows;
}

function makeTable(numItems: number): { items: ItemTable; vectors: Float32Array; query: Float32Array } {
  const random = seededRandom(64);
  const drawn = Float32Array.from({ length: numItems * DIM }, () => random() - 0.5);
  const items = { numItems, dim: DIM, ...quantizeRows(drawn, DIM) };
  const vectors = new Float32Array(drawn.length);
  for (let row = 0; row < numItems; row++) dequantizeRow(items, row, vectors, row * DIM);
  return { items, vectors, query: Float32Array.from({ length: DIM }, () => random() - 0.5) };
}

function floatLoop(vectors: Float32Array, query: Float32Array, out: Float32Array): void {
  for (let row = 0, at = 0; row < out.length; row++) {
    let sum = 0;
    for (let d = 0; d < DIM; d++, at++) sum += (query[d] as number) * (vectors[at] as number);
    out[row] = sum;
  }
}
