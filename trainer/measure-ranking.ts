import { ndcgAt, ranksOf, recallAt, reciprocalRankAt } from '#model/metrics.ts';
import type { Random } from './seeded-random.ts';
import type { TestCase } from './test-cases.ts';

/** Means over test cases. */
export interface RankingMetrics {
  readonly numCases: number;
  readonly recallAt20: number;
  readonly ndcgAt20: number;
  readonly reciprocalRankAt20: number;
}

/** Scores of all items for one test case, `[N]`. */
export type Recommender = (testCase: TestCase) => Promise<Float32Array> | Float32Array;

const CUTOFF = 20;

/** Full ranking over all items, no candidate left out; ties broken at random. */
export async function measureRanking(
  recommend: Recommender,
  cases: readonly TestCase[],
  random: Random,
): Promise<RankingMetrics> {
  let recall = 0;
  let ndcg = 0;
  let reciprocalRank = 0;
  for (const testCase of cases) {
    const ranks = ranksOf(await recommend(testCase), testCase.targets, random);
    recall += recallAt(ranks, CUTOFF);
    ndcg += ndcgAt(ranks, CUTOFF);
    reciprocalRank += reciprocalRankAt(ranks, CUTOFF);
  }
  const numCases = cases.length;
  return {
    numCases,
    recallAt20: recall / numCases,
    ndcgAt20: ndcg / numCases,
    reciprocalRankAt20: reciprocalRank / numCases,
  };
}
