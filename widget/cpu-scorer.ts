import { createJsScorer } from '#model/js-scorer.ts';
import type { Pause, Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';

/** WebAssembly SIMD, or plain JavaScript where a browser or a content policy forbids it. */
export async function createCpuScorer(items: ScoringTable, pause?: Pause): Promise<Scorer> {
  try {
    return await createSimdScorer(items, pause);
  } catch {
    return createJsScorer(items, pause);
  }
}
