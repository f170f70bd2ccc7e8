import type { Pause, Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { openGpuDevice } from '#model/webgpu/gpu-device.ts';
import { createWebGpuScorer } from '#model/webgpu-scorer.ts';
import { createCpuScorer } from './cpu-scorer.ts';
import type { StartMessage } from './engine-messages.ts';
import { fastestScorer } from './fastest-scorer.ts';
import { createRecoveringScorer } from './recovering-scorer.ts';
import { serveEngine } from './serve-engine.ts';

serveEngine(self, { createScorer: createFastestScorer });

/** The GPU where it wins, or is known to: small GPUs lose to SIMD. */
async function createFastestScorer(
  table: ScoringTable,
  _pause: undefined | Pause,
  { isGpuChosen }: StartMessage,
): Promise<Scorer> {
  const cpu = await createCpuScorer(table);
  const createGpu = async () => createWebGpuScorer(table, await openGpuDevice(navigator.gpu, table));
  const gpu = await createGpu().catch(() => undefined);
  if (!gpu) return cpu;
  if (!isGpuChosen && !(await isFaster(gpu, cpu, table))) {
    gpu.dispose();
    return cpu;
  }
  return createRecoveringScorer({ gpu, createAgain: createGpu, fallback: cpu });
}

async function isFaster(gpu: Scorer, cpu: Scorer, { dim }: ScoringTable): Promise<boolean> {
  try {
    return (await fastestScorer([cpu, gpu], { dim, nowMs: () => performance.now() })) === gpu;
  } catch {
    return false; // lost while it was timed
  }
}
