import { describe, expect, test } from 'vitest';
import { popular, recentPopular } from '#trainer/evaluation/popular.ts';
import { basket } from '../dataset-fixture.ts';
import { caseAfter, logOf } from './baseline-fixture.ts';

const LOG = logOf(
  [basket('ann', [2, 3], 0), basket('bob', [3, 4], 10), basket('ann', [4, 2], 20), basket('cem', [3, 4, 2], 40)],
  6,
);

describe('a baseline', () => {
  test('of popularity scores each item by the baskets that hold it', () => {
    expect(popular(LOG)(caseAfter([2]))).toEqual(Float32Array.of(0, 0, 3, 3, 3, 0));
  });

  test("of recent popularity halves a basket's weight every half-life, a share of the log's 40 days", () => {
    // A quarter of 40 days is 10: weights 1/16, 1/8, 1/4 and 1.
    const scores = recentPopular(LOG, { halfLifeShare: 0.25 })(caseAfter([2]));
    expect(scores).toEqual(Float32Array.of(0, 0, 1 / 16 + 1 / 4 + 1, 1 / 16 + 1 / 8 + 1, 1 / 8 + 1 / 4 + 1, 0));
  });

  test('of recent popularity is plain popularity where all happened at once', () => {
    const log = logOf([basket('ann', [2, 3]), basket('bob', [3])], 4);
    expect(recentPopular(log, { halfLifeShare: 0.25 })(caseAfter([2]))).toEqual(Float32Array.of(0, 0, 1, 2));
  });
});
