import { expect, test } from 'vitest';
import type { Scorer, ScorerKind } from '#model/scorer.ts';
import { fastestScorer } from '#widget/fastest-scorer.ts';

test('keeps the scorer with the lowest median, whatever its first query took, and disposes of the others', async () => {
  let clockMs = 0;
  const disposed: ScorerKind[] = [];
  const scorer = (kind: ScorerKind, timesMs: readonly number[]): Scorer => {
    let query = 0;
    return {
      kind,
      async score() {
        clockMs += timesMs[query++] as number;
      },
      dispose: () => void disposed.push(kind),
    };
  };
  const slow = scorer('js', [10, 11, 9, 10, 12, 10]);
  const middle = scorer('simd', [4, 4, 5, 4, 4, 4]);
  const fast = scorer('webgpu', [900, 2, 3, 80, 2, 2]); // compiles first and stumbles once
  const kept = await fastestScorer([slow, middle, fast], { numItems: 6, dim: 3, nowMs: () => clockMs });
  expect(kept.kind).toBe('webgpu');
  expect(disposed.toSorted()).toEqual(['js', 'simd']);
});
