import type { Scorer, TopQuery } from '#model/scorer.ts';

/** What a calibration may take, waiting for the GPU counted in. A query under way is finished. */
export const CALIBRATION_BUDGET_MS = 150;

/** More would not change the choice. */
const MAX_TIMED_QUERIES = 9;

/**
 * Times scorers over the shop's own catalog, in turns until {@link CALIBRATION_BUDGET_MS} are used up, and names
 * the one with the lowest median.
 *
 * A scorer's first query is not counted if there is a second one: it warms caches and compiles.
 *
 * @param scorers At least one. None is disposed of.
 * @param dim D. @param nowMs A clock of high resolution.
 */
export async function fastestScorer(
  scorers: readonly Scorer[],
  { dim, nowMs }: { readonly dim: number; readonly nowMs: () => number },
): Promise<Scorer> {
  const asked: TopQuery = {
    query: Float32Array.from({ length: dim }, (_, d) => Math.sin(d + 1)),
    popularityWeight: 0.5,
    count: 20,
  };
  const timesMs = scorers.map((): number[] => []);
  const endMs = nowMs() + CALIBRATION_BUDGET_MS;
  const timeOnce = async (): Promise<boolean> => {
    for (const [s, scorer] of scorers.entries()) {
      const times = timesMs[s] as number[];
      const startMs = nowMs();
      if (startMs + (times.at(-1) ?? 0) > endMs) return false;
      await scorer.top(asked);
      times.push(nowMs() - startMs);
    }
    return true;
  };
  for (let i = 0; i <= MAX_TIMED_QUERIES; i++) if (!(await timeOnce())) break;

  let fastest: { scorer: Scorer; medianMs: number } | undefined;
  for (const [s, scorer] of scorers.entries()) {
    const medianMs = warmMedian(timesMs[s] as number[]);
    if (!fastest || medianMs < fastest.medianMs) fastest = { scorer, medianMs };
  }
  if (!fastest) throw new RangeError('expected scorers to hold at least one, got 0');
  return fastest.scorer;
}

/** Infinity for a scorer that the budget left no time for. */
function warmMedian(timesMs: readonly number[]): number {
  const counted = timesMs.length > 1 ? timesMs.slice(1) : timesMs;
  const sorted = counted.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
}
