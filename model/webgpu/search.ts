import type { Scorer, TopQuery } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { ASKED_BYTES, packAsked } from './ask.ts';
import type { GpuDevice } from './gpu-device.ts';
import { GpuLostError } from './gpu-lost-error.ts';
import { GROUP_ROWS, groupRows } from './groups.ts';
import { BINDINGS, type Binding, MAX_FOUND, shaderFor } from './shader.ts';
import { watchForTrouble, withoutErrors } from './trouble.ts';
import { uploadTable } from './upload.ts';

/** A table on a device, and the kernels that search it. */
export interface Search {
  /**
   * @returns Rows, each once and in no order, that all of the best are among; `undefined` if there are more
   *   than {@link MAX_FOUND}.
   * @throws {GpuLostError} If the device is lost or has reported an error, now or before.
   */
  candidates(asked: TopQuery): Promise<Uint32Array | undefined>;
  refresh: Scorer['refresh'];
}

const FOUND_BYTES = 8 + 4 * MAX_FOUND;

/** @throws {Error} If the device has no room for the table or does not take the shader. */
export async function createSearch(table: ScoringTable, gpu: GpuDevice): Promise<Search> {
  const { device } = gpu;
  const trouble = watchForTrouble(device);
  const { kernels, uploaded, buffers, bindGroup } = await withoutErrors(device, async () => {
    const { layout, kernels } = await compileKernels(table, gpu);
    const uploaded = uploadTable(device, table);
    const buffers = { ...uploaded.buffers, ...createBuffers(device, table.numItems) };
    const entries = BINDINGS.map((name, binding) => ({ binding, resource: { buffer: buffers[name] } }));
    return { kernels, uploaded, buffers, bindGroup: device.createBindGroup({ layout, entries }) };
  });

  const submit = (asked: TopQuery, answer: GPUBuffer): void => {
    device.queue.writeBuffer(buffers.asked, 0, packAsked(asked, uploaded.bounds));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, bindGroup);
    for (const { pipeline, numWorkgroups } of kernels) {
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(numWorkgroups);
    }
    pass.end();
    encoder.copyBufferToBuffer(buffers.found, 0, answer, 0, FOUND_BYTES);
    device.queue.submit([encoder.finish()]);
  };

  return {
    refresh: uploaded.refresh,
    async candidates(asked) {
      // One for each question, so that a second may be asked before the first is answered.
      const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
      const answer = device.createBuffer({ size: FOUND_BYTES, usage });
      try {
        submit(asked, answer);
        await Promise.race([trouble, mapped(answer)]);
        const found = new Uint32Array(answer.getMappedRange()); // floor, count, rows
        const numFound = found[1] as number;
        return numFound > MAX_FOUND ? undefined : found.slice(2, 2 + numFound);
      } finally {
        answer.destroy();
      }
    },
  };
}

/** One pipeline a kernel, in the order that they run, all over the same buffers. */
async function compileKernels(table: ScoringTable, gpu: GpuDevice) {
  const { device } = gpu;
  const { numGroups, numTiles } = groupRows(table.numItems);
  const layout = device.createBindGroupLayout({
    entries: BINDINGS.map((name, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: BUFFER_TYPES[name] },
    })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const module = device.createShaderModule({ code: shaderFor(table, gpu) });
  const compile = async (entryPoint: string, numWorkgroups: number) => ({
    pipeline: await device.createComputePipelineAsync({ layout: pipelineLayout, compute: { module, entryPoint } }),
    numWorkgroups,
  });
  const kernels = await Promise.all([
    compile('score', numTiles),
    compile('findFloor', 1),
    compile('collect', Math.ceil(numGroups / GROUP_ROWS)),
  ]);
  return { layout, kernels };
}

const BUFFER_TYPES: Readonly<Record<Binding, GPUBufferBindingType>> = {
  values: 'read-only-storage',
  scales: 'read-only-storage',
  popularity: 'read-only-storage',
  lifts: 'read-only-storage',
  keys: 'storage',
  bests: 'storage',
  found: 'storage',
  asked: 'uniform',
};

/** What is worked out, and the question. */
function createBuffers(device: GPUDevice, numItems: number) {
  const { numGroups, numKeys } = groupRows(numItems);
  const { STORAGE, COPY_SRC, COPY_DST, UNIFORM } = GPUBufferUsage;
  return {
    keys: device.createBuffer({ size: 4 * numKeys, usage: STORAGE }),
    bests: device.createBuffer({ size: 4 * numGroups, usage: STORAGE }),
    found: device.createBuffer({ size: FOUND_BYTES, usage: STORAGE | COPY_SRC }),
    asked: device.createBuffer({ size: ASKED_BYTES, usage: UNIFORM | COPY_DST }),
  };
}

/** A browser rejects it where the device goes meanwhile, at times before it says so. */
async function mapped(answer: GPUBuffer): Promise<void> {
  try {
    await answer.mapAsync(GPUMapMode.READ);
  } catch (cause) {
    throw new GpuLostError('expected an answer of the GPU, got none', { cause });
  }
}
