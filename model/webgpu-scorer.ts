import { createJsScorer } from './js-scorer.ts';
import { checkTopQuery, rescore, type Scorer } from './scorer.ts';
import type { ScoringTable } from './scoring-table.ts';
import type { GpuDevice } from './webgpu/gpu-device.ts';
import { createSearch } from './webgpu/search.ts';

/**
 * The WebGPU scorer: the device holds a copy of the table, finds the few rows that can be among the best, and
 * only those come back, to be scored exactly from the table in memory.
 *
 * Exact: the rows that come back hold all of the best, ties among them (see `webgpu/ask.ts`). Where more would
 * come back than there is room for, as when thousands of rows tie, plain JavaScript answers.
 *
 * @param gpu Kept, and destroyed with the scorer.
 * @returns A scorer whose `top` rejects with a {@link GpuLostError} once the device is lost.
 * @throws {RangeError} If D is not a multiple of 4 or above 256.
 * @throws {Error} If the device has no room or does not take the shader.
 */
export async function createWebGpuScorer(table: ScoringTable, gpu: GpuDevice): Promise<Scorer> {
  const { dim } = table;
  if (dim % 4 !== 0 || dim > 256) throw new RangeError(`expected dim to be a multiple of 4 up to 256, got ${dim}`);
  const search = await createSearch(table, gpu).catch((error) => {
    gpu.device.destroy();
    throw error;
  });
  const everyRow = createJsScorer(table);
  return {
    kind: 'webgpu',
    async top(asked) {
      checkTopQuery(table, asked);
      const candidates = await search.candidates(asked);
      return candidates ? rescore(table, candidates, asked) : everyRow.top(asked);
    },
    refresh: search.refresh,
    dispose: () => gpu.device.destroy(),
  };
}
