import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu.js';
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-webgpu/dist/kernels/BatchMatMul.js';
import * as tf from '@tensorflow/tfjs-core';
import { dequantizeRow, type ItemTable } from './item-table.ts';
import { checkScoreArguments, type Scorer } from './scorer.ts';

/**
 * The WebGPU scorer: tfjs's matrix product over the whole table in float32, on a device of our own.
 *
 * The table is uploaded once; only the scores come back. One at a time in a realm.
 *
 * @throws {Error} If there is no adapter or no device; use another scorer then.
 */
export async function createWebGpuScorer(items: ItemTable): Promise<Scorer> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('expected a WebGPU adapter, got none');
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  tf.registerKernel(batchMatMulConfig);
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend('webgpu');
  await tf.ready();
  const vectors = tf.tensor2d(dequantize(items), [items.numItems, items.dim]); // [N, D]
  return {
    kind: 'webgpu',
    async score(query, out) {
      checkScoreArguments(items, query, out);
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(query, [1, items.dim]), vectors, false, true)); // [1, N]
      out.set(await product.data());
      product.dispose();
    },
    dispose() {
      vectors.dispose();
      tf.removeBackend('webgpu');
      tf.unregisterKernel(batchMatMulConfig.kernelName, 'webgpu');
      device.destroy();
    },
  };
}

function dequantize(items: ItemTable): Float32Array {
  const vectors = new Float32Array(items.numItems * items.dim);
  for (let row = 0; row < items.numItems; row++) dequantizeRow(items, row, vectors, row * items.dim);
  return vectors;
}
