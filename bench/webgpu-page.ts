import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu.js';
import '@tensorflow/tfjs-backend-webgpu/dist/register_all_kernels.js';
import * as tf from '@tensorflow/tfjs-core';
import { dequantizeRow } from '#model/item-table.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { ScoredRows, Scorer } from '#model/scorer.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { openGpuDevice } from '#model/webgpu/gpu-device.ts';
import { createWebGpuScorer } from '#model/webgpu-scorer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

const DIM = 64;
const TOP = 20;

/** What the page of `webgpu.ts` can do. */
export interface WebGpuBenchPage {
  adapter(): Promise<string>;
  measure(asked: { readonly numItems: number; readonly numQueries: number }): Promise<WebGpuTimes>;
}

export interface WebGpuTimes {
  /** One a query, taken in turns. */
  readonly oursMs: number[];
  readonly tfjsMs: number[];
  /** Queries whose rows are those of the exact reference, up to equal scores. */
  readonly numExact: number;
  /** Queries on which ours and tfjs name the same rows in the same order. */
  readonly numAgreeing: number;
}

const benchPage: WebGpuBenchPage = {
  async adapter() {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) throw new Error('expected a WebGPU adapter, got none');
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const names = [vendor, architecture, device, description].filter((name) => name !== '').join(' ');
    const packedDot = navigator.gpu.wgslLanguageFeatures.has('packed_4x8_integer_dot_product');
    return [
      `${names}${isFallbackAdapter ? ' (a software adapter)' : ''}`,
      `dot4I8Packed: ${packedDot ? 'yes' : 'no'}`,
      `subgroups: ${adapter.features.has('subgroups') ? 'yes' : 'no'}`,
    ].join(', ');
  },

  async measure({ numItems, numQueries }) {
    const random = seededRandom(64);
    const table = randomTable(numItems, random);
    const ours = await createWebGpuScorer(table, await openGpuDevice(navigator.gpu, table));
    const theirs = await createTfjsSearch(table);
    const reference = createJsScorer(table);
    const times = { oursMs: [] as number[], tfjsMs: [] as number[], numExact: 0, numAgreeing: 0 };
    for (let i = 0; i <= numQueries; i++) {
      const query = Float32Array.from({ length: DIM }, () => random() - 0.5);
      const oursTook = await timed(() => top(ours, query));
      const tfjsTook = await timed(() => theirs.top(query));
      if (i === 0) continue; // compiles shaders
      times.oursMs.push(oursTook.ms);
      times.tfjsMs.push(tfjsTook.ms);
      if (`${oursTook.result.scores}` === `${(await top(reference, query)).scores}`) times.numExact++;
      if (`${oursTook.result.rows}` === `${tfjsTook.result}`) times.numAgreeing++;
    }
    ours.dispose();
    theirs.dispose();
    return times;
  },
};

function top(scorer: Scorer, query: Float32Array): Promise<ScoredRows> {
  return scorer.top({ query, popularityWeight: 0, count: TOP }); // tfjs's product knows no popularity
}

async function timed<T>(run: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startMs = performance.now();
  const result = await run();
  return { result, ms: performance.now() - startMs };
}

function randomTable(numItems: number, random: () => number): ScoringTable {
  const table = createScoringTable(numItems, DIM);
  for (let i = 0; i < table.values.length; i++) table.values[i] = Math.round(254 * random() - 127);
  for (let row = 0; row < numItems; row++) table.scales[row] = (0.5 + random()) / 127;
  table.lifts.fill(0);
  return table;
}

/** tfjs in its best form, `u · Eᵀ` over float32 vectors and its own top-k, on a device of its own. */
async function createTfjsSearch(table: ScoringTable): Promise<{
  top(query: Float32Array): Promise<ArrayLike<number>>;
  dispose(): void;
}> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('expected a WebGPU adapter, got none');
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend('webgpu');
  const floats = new Float32Array(table.numItems * DIM);
  for (let row = 0; row < table.numItems; row++) dequantizeRow(table, row, floats, row * DIM);
  const vectors = tf.tensor2d(floats, [table.numItems, DIM]);
  return {
    async top(query) {
      const best = tf.tidy(() => {
        const scores = tf.matMul(tf.tensor2d(query, [1, DIM]), vectors, false, true); // [1, N]
        return tf.topk(tf.reshape(scores, [table.numItems]), TOP).indices;
      });
      const rows = await best.data();
      best.dispose();
      return rows;
    },
    dispose() {
      vectors.dispose();
      tf.removeBackend('webgpu');
      device.destroy();
    },
  };
}

Object.assign(globalThis, { benchPage });
