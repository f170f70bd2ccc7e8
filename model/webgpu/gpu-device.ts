import { type Groups, groupRows } from './groups.ts';

/** A device of our own, and which of the faster ways its adapter and browser know. */
export interface GpuDevice {
  readonly device: GPUDevice;
  /** `dot4I8Packed`; it is spelled out in shifts elsewhere. */
  readonly hasPackedDot: boolean;
  /** Lanes of a subgroup reduce among themselves; elsewhere all of them do so in workgroup memory. */
  readonly hasSubgroups: boolean;
}

/**
 * Opens a device that can hold a table.
 *
 * @param gpu `navigator.gpu`, which is missing in many browsers.
 * @throws {Error} If there is no adapter or no device.
 * @throws {RangeError} If the adapter cannot hold so large a table in one piece.
 */
export async function openGpuDevice(
  gpu: GPU | undefined,
  { numItems, dim }: { readonly numItems: number; readonly dim: number },
): Promise<GpuDevice> {
  const adapter = await gpu?.requestAdapter();
  if (!gpu || !adapter) throw new Error('expected a WebGPU adapter, got none');
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = adapter.limits;
  const groups = groupRows(numItems);
  const bytes = largestBufferBytes(groups, numItems * dim);
  const maxBytes = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  if (bytes > maxBytes) throw new RangeError(`expected a table of at most ${maxBytes} bytes, got ${bytes}`);
  if (groups.numTiles > maxComputeWorkgroupsPerDimension) {
    throw new RangeError(`expected at most ${maxComputeWorkgroupsPerDimension} tiles of rows, got ${groups.numTiles}`);
  }
  const hasSubgroups = adapter.features.has('subgroups');
  const device = await adapter.requestDevice({
    requiredFeatures: hasSubgroups ? ['subgroups'] : [],
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  const hasPackedDot = gpu.wgslLanguageFeatures?.has('packed_4x8_integer_dot_product') ?? false;
  return { device, hasPackedDot, hasSubgroups };
}

function largestBufferBytes({ numKeys }: Groups, valueBytes: number): number {
  return Math.max(valueBytes, 4 * numKeys);
}
