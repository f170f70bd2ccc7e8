import { beforeEach, expect, test } from 'vitest';
import type { Scorer, ScorerKind } from '#model/scorer.ts';
import { CALIBRATION_BUDGET_MS, fastestScorer } from '#widget/fastest-scorer.ts';

let clockMs: number;
let asked: ScorerKind[];

beforeEach(() => {
  clockMs = 7000;
  asked = [];
});

/** @param timesMs What each query takes; the last goes on. */
function scorer(kind: ScorerKind, timesMs: readonly number[]): Scorer {
  let query = 0;
  return {
    kind,
    async top() {
      asked.push(kind);
      clockMs += timesMs[Math.min(query++, timesMs.length - 1)] as number;
      return { rows: new Uint32Array(), scores: new Float32Array() };
    },
    refresh() {},
    dispose() {},
  };
}

const clock = { dim: 3, nowMs: () => clockMs };

test('the lowest median wins, whatever a first query took and a later one stumbled over', async () => {
  const slow = scorer('js', [4, 4, 4.5, 4]);
  const fast = scorer('webgpu', [60, 2, 3, 20, 2]);
  expect(await fastestScorer([slow, fast], clock)).toBe(fast);
  expect(await fastestScorer([fast, scorer('simd', [1.5])], clock)).toMatchObject({ kind: 'simd' });
});

test('of equal medians the scorer named first wins', async () => {
  const first = scorer('simd', [2.5]);
  expect(await fastestScorer([first, scorer('webgpu', [2.5])], clock)).toBe(first);
});

test.each([
  [0.02, 0.03],
  [3, 5],
  [11, 17],
  [40, 33],
])('scorers of %d and %d ms are timed within the budget', async (firstMs, secondMs) => {
  const startMs = clockMs;
  await fastestScorer([scorer('simd', [firstMs]), scorer('webgpu', [secondMs])], clock);
  expect(clockMs - startMs).toBeLessThanOrEqual(CALIBRATION_BUDGET_MS);
  expect(asked.length).toBeGreaterThanOrEqual(4);
  expect(asked.length).toBeLessThanOrEqual(20);
});

test('the budget is over after one query that uses it up: that scorer has lost to those before it', async () => {
  const fast = scorer('simd', [20]);
  expect(await fastestScorer([fast, scorer('webgpu', [900, 1])], clock)).toBe(fast);
  expect(asked).toEqual(['simd', 'webgpu']);
});

test('a scorer that cannot answer is the caller’s concern', async () => {
  const broken: Scorer = { ...scorer('webgpu', [1]), top: () => Promise.reject(new Error('expected the GPU to stay')) };
  await expect(fastestScorer([scorer('simd', [2]), broken], clock)).rejects.toThrow('expected the GPU to stay');
});
