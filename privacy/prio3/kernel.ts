import type { Bytes } from '#protocol/bytes.ts';

/** What both kernels export; addresses are bytes, counts are field elements. Explained in `privacy/assembly/`. */
export interface CommonKernel {
  readonly memory: WebAssembly.Memory;
  heapStart(): number;
  useField(elementBytes: number): void;
  begin(): void;
  absorb(at: number, numBytes: number): void;
  finish(): void;
  squeeze(out: number, numBytes: number): void;
  sample(out: number, count: number): void;
  wireElements(...wiresSeedsArityPointsMeasurementNumCalls: number[]): void;
  wireChecks(...wiresSeedsArityPointsMeasurementLengthRandomNumCallsShareOfOne: number[]): void;
}

/** An instance of a kernel, its memory laid out. */
export interface OpenKernel<Kernel, Name extends string> {
  readonly kernel: Kernel;
  /** Where each vector begins. */
  readonly at: Readonly<Record<Name, number>>;
  /** The bytes of each vector, views. */
  readonly bytesOf: Readonly<Record<Name, Bytes>>;
}

const PAGE_BYTES = 65_536;

/**
 * Makes an instance of a kernel for one field.
 *
 * @param module Compiled from what `trainer/build-kernels.mjs` writes. In workerd it has to be imported: compiling is
 *   forbidden there.
 * @param elementBytes 8 in Field64, 16 in Field128.
 * @param lengths Of the vectors that memory has to hold, in elements. They lie in this order without gaps.
 * @returns What else the kernel exports is for its caller to know.
 */
export function openKernel<Name extends string>(
  module: WebAssembly.Module,
  elementBytes: number,
  lengths: Readonly<Record<Name, number>>,
): OpenKernel<CommonKernel, Name> {
  const kernel = new WebAssembly.Instance(module).exports as unknown as CommonKernel;
  kernel.useField(elementBytes);
  const at = {} as Record<Name, number>;
  let end = kernel.heapStart();
  for (const name in lengths) {
    at[name] = end;
    end += lengths[name] * elementBytes;
  }
  const missing = end - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  // Memory never grows again, so that views stay what they are.
  const bytesOf = {} as Record<Name, Bytes>;
  for (const name in lengths) {
    bytesOf[name] = new Uint8Array(kernel.memory.buffer, at[name], lengths[name] * elementBytes);
  }
  return { kernel, at, bytesOf };
}
