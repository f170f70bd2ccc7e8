import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // tfjs-core alone registers no gradient
import { NUM_CHUNKS } from './softmax-job.ts';

/** What really runs the tensors, for people: `webgpu (NVIDIA …)` or `wasm (1 thread)`. */
export interface Backend {
  readonly name: 'webgpu' | 'wasm';
  readonly description: string;
}

let started: Promise<Backend> | undefined;

/**
 * Starts tfjs once: on WebGPU through Dawn where a real adapter is there, else on WebAssembly.
 *
 * `VITRINE_BACKEND=wasm` or `=webgpu` chooses by hand; a software adapter is taken only then, since
 * it is slower than WebAssembly.
 *
 * @throws {Error} If `VITRINE_BACKEND=webgpu` and no adapter is there, or it is neither of the two.
 */
export function startBackend(): Promise<Backend> {
  started ??= pickBackend(process.env.VITRINE_BACKEND);
  return started;
}

/**
 * Runs work on WebAssembly whatever backend was picked: models that read tensors synchronously cannot
 * run on WebGPU in Node.
 *
 * @param work Disposes of its own tensors before it ends.
 */
export async function runOnWasm<T>(work: () => Promise<T>): Promise<T> {
  const { name } = await startBackend();
  await startWasm();
  try {
    return await work();
  } finally {
    await tf.setBackend(name);
  }
}

async function pickBackend(wanted: string | undefined): Promise<Backend> {
  if (wanted !== undefined && wanted !== 'wasm' && wanted !== 'webgpu') {
    throw new Error(`expected VITRINE_BACKEND to be wasm or webgpu, or not set, got ${JSON.stringify(wanted)}`);
  }
  if (wanted === 'webgpu' || (wanted !== 'wasm' && mayHaveGpu())) {
    const backend = await startWebGpu(wanted === 'webgpu');
    if (backend) return backend;
    if (wanted === 'webgpu') throw new Error('expected a WebGPU adapter because VITRINE_BACKEND=webgpu, got none');
  }
  return startWasm();
}

/** Dawn warns on the terminal where there is nothing to find, so it is asked only where there may be. */
function mayHaveGpu(): boolean {
  return process.platform !== 'linux' || existsSync('/dev/nvidiactl') || existsSync('/dev/dri');
}

async function startWebGpu(takeSoftware: boolean): Promise<Backend | undefined> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu = create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return undefined;
    if (isSoftware(adapter.info) && !takeSoftware) return undefined;
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    const device = await adapter.requestDevice({
      requiredLimits: {
        maxBufferSize: adapter.limits.maxBufferSize,
        maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize,
        maxComputeInvocationsPerWorkgroup: adapter.limits.maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupSizeX: adapter.limits.maxComputeWorkgroupSizeX,
      },
    });
    tf.removeBackend('webgpu'); // the one that would ask for a device of its own
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
    await tf.setBackend('webgpu');
    await tf.ready();
    return { name: 'webgpu', description: `webgpu (${adapter.info.description || adapter.info.vendor})` };
  } catch (cause) {
    if (takeSoftware) throw new Error('expected WebGPU because VITRINE_BACKEND=webgpu; it did not start', { cause });
    return undefined; // no Vulkan loader, no driver: the usual case on a server
  }
}

function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(`${info.description} ${info.device}`);
}

async function startWasm(): Promise<Backend> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(join(dirname(entry), '/'));
  await tf.setBackend('wasm');
  await tf.ready();
  const numThreads = Math.min(availableParallelism(), NUM_CHUNKS);
  return { name: 'wasm', description: `wasm (SIMD; softmax on ${numThreads} threads)` };
}
