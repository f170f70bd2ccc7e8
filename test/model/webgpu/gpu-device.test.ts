import { expect, test } from 'vitest';
import { openGpuDevice } from '#model/webgpu/gpu-device.ts';

const LIMITS = {
  maxBufferSize: 9_000_000,
  maxStorageBufferBindingSize: 6_400_000,
  maxComputeWorkgroupsPerDimension: 300,
};

function gpuWith({ features = [] as string[], languageFeatures = undefined as string[] | undefined } = {}) {
  const requested: unknown[] = [];
  const requestDevice = async (asked: unknown) => void requested.push(asked);
  const gpu = {
    requestAdapter: async () => ({ limits: LIMITS, features: new Set(features), requestDevice }),
    wgslLanguageFeatures: languageFeatures && new Set(languageFeatures),
  } as unknown as GPU;
  return { gpu, requested };
}

test('a browser without WebGPU, or without an adapter, has no device', async () => {
  const table = { numItems: 5, dim: 8 };
  await expect(openGpuDevice(undefined, table)).rejects.toThrow('expected a WebGPU adapter, got none');
  const gpu = { requestAdapter: async () => null } as unknown as GPU;
  await expect(openGpuDevice(gpu, table)).rejects.toThrow('expected a WebGPU adapter, got none');
});

test('a table that the adapter cannot bind in one piece is refused', async () => {
  const { gpu } = gpuWith();
  await expect(openGpuDevice(gpu, { numItems: 100_000, dim: 64 })).resolves.toBeDefined();
  await expect(openGpuDevice(gpu, { numItems: 100_001, dim: 64 })).rejects.toThrow(
    'expected a table of at most 6400000 bytes, got 6400064',
  );
});

test('a table of more rows than the adapter starts workgroups for is refused', async () => {
  const { gpu } = gpuWith();
  await expect(openGpuDevice(gpu, { numItems: 153_600, dim: 4 })).resolves.toBeDefined();
  await expect(openGpuDevice(gpu, { numItems: 153_601, dim: 4 })).rejects.toThrow(
    'expected at most 300 tiles of rows, got 301',
  );
});

test('asks for the adapter’s whole room, and for subgroups where it has them', async () => {
  const limits = { maxBufferSize: 9_000_000, maxStorageBufferBindingSize: 6_400_000 };
  const plain = gpuWith();
  expect(await openGpuDevice(plain.gpu, { numItems: 5, dim: 8 })).toMatchObject({
    hasSubgroups: false,
    hasPackedDot: false,
  });
  expect(plain.requested).toEqual([{ requiredFeatures: [], requiredLimits: limits }]);
  const able = gpuWith({ features: ['subgroups'], languageFeatures: ['packed_4x8_integer_dot_product'] });
  expect(await openGpuDevice(able.gpu, { numItems: 5, dim: 8 })).toMatchObject({
    hasSubgroups: true,
    hasPackedDot: true,
  });
  expect(able.requested).toEqual([{ requiredFeatures: ['subgroups'], requiredLimits: limits }]);
});
