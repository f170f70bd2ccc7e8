import type { Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { createWebGpuScorer } from '#model/webgpu-scorer.ts';
import { createCpuScorer } from './cpu-scorer.ts';
import { fastestScorer } from './fastest-scorer.ts';
import { serveEngine } from './serve-engine.ts';

serveEngine(self, createFastestScorer);

/** The GPU only where it wins: a software adapter never does, and small GPUs lose to SIMD. */
async function createFastestScorer(items: ScoringTable): Promise<Scorer> {
  const cpu = await createCpuScorer(items);
  const gpu = await createHardwareScorer(items);
  return gpu ? fastestScorer([cpu, gpu], { ...items, nowMs: () => performance.now() }) : cpu;
}

async function createHardwareScorer(items: ScoringTable): Promise<Scorer | undefined> {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter || adapter.info.isFallbackAdapter) return undefined;
    return await createWebGpuScorer(items);
  } catch {
    return undefined;
  }
}
