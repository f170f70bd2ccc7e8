import type { Scorer } from '#model/scorer.ts';

/** Timed queries a scorer; the first one, which compiles shaders, is not counted. */
const NUM_TIMED_QUERIES = 5;

/**
 * Times scorers over the shop's own catalog and keeps the one with the lowest median.
 *
 * @param scorers At least one; the slower ones are disposed of.
 * @param nowMs A clock of high resolution.
 */
export async function fastestScorer(
  scorers: readonly Scorer[],
  { numItems, dim, nowMs }: { readonly numItems: number; readonly dim: number; readonly nowMs: () => number },
): Promise<Scorer> {
  const query = Float32Array.from({ length: dim }, (_, d) => Math.sin(d + 1));
  const out = new Float32Array(numItems);
  const timed: { scorer: Scorer; medianMs: number }[] = [];
  for (const scorer of scorers) {
    const timesMs: number[] = [];
    for (let i = 0; i <= NUM_TIMED_QUERIES; i++) {
      const startMs = nowMs();
      await scorer.score(query, out);
      if (i > 0) timesMs.push(nowMs() - startMs);
    }
    timesMs.sort((a, b) => a - b);
    timed.push({ scorer, medianMs: timesMs[NUM_TIMED_QUERIES >> 1] as number });
  }
  timed.sort((a, b) => a.medianMs - b.medianMs);
  const [fastest, ...slower] = timed;
  if (!fastest) throw new RangeError('expected scorers to hold at least one, got 0');
  for (const { scorer } of slower) scorer.dispose();
  return fastest.scorer;
}
