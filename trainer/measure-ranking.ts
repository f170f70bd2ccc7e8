import { ndcgAt, ranksOf, recallAt, reciprocalRankAt } from '#model/metrics.ts';
import { topRows } from '#model/top-rows.ts';
import type { Random } from './seeded-random.ts';
import type { TestCase } from './test-cases.ts';

/** Metrics of one test case. With a single target recall is what papers call hit rate. */
export const RANKING_METRICS = ['recallAt10', 'recallAt20', 'ndcgAt10', 'ndcgAt20', 'mrrAt10', 'mrrAt20'] as const;
export type RankingMetric = (typeof RANKING_METRICS)[number];
/** Means over test cases. */
export type RankingMetrics = Readonly<Record<RankingMetric, number>>;

/** Scores of all items for one test case, `[N]`; −Infinity takes an item out. */
export type Recommender = (testCase: TestCase) => Promise<Float32Array> | Float32Array;

/** What a recommender answered to test cases, in their order. */
export interface Measurement {
  /** `[cases]` each. */
  readonly perCase: Readonly<Record<RankingMetric, Float32Array>>;
  /** Each case's best {@link LIST_LENGTH} rows, best first. */
  readonly lists: readonly Uint32Array[];
  /** Milliseconds that each answer took, `[cases]`. */
  readonly latenciesMs: Float32Array;
}

export const LIST_LENGTH = 20;

/** Full ranking over all items, no candidate left out; ties broken at random. */
export async function measureRanking(
  recommend: Recommender,
  cases: readonly TestCase[],
  random: Random,
): Promise<Measurement> {
  const column = (): Float32Array => new Float32Array(cases.length);
  const perCase = Object.fromEntries(RANKING_METRICS.map((metric) => [metric, column()])) as Record<
    RankingMetric,
    Float32Array
  >;
  const lists: Uint32Array[] = [];
  const latenciesMs = column();
  for (const [index, testCase] of cases.entries()) {
    const askedMs = performance.now();
    const scores = await recommend(testCase);
    latenciesMs[index] = performance.now() - askedMs;
    lists.push(topRows(scores, LIST_LENGTH));
    if (testCase.targets.length === 0) continue; // asks for an item that nobody knows: a miss
    const ranks = ranksOf(scores, testCase.targets, random);
    perCase.recallAt10[index] = recallAt(ranks, 10);
    perCase.recallAt20[index] = recallAt(ranks, 20);
    perCase.ndcgAt10[index] = ndcgAt(ranks, 10);
    perCase.ndcgAt20[index] = ndcgAt(ranks, 20);
    perCase.mrrAt10[index] = reciprocalRankAt(ranks, 10);
    perCase.mrrAt20[index] = reciprocalRankAt(ranks, 20);
  }
  return { perCase, lists, latenciesMs };
}

/** Means over all cases; 0 where there is none. */
export function meanMetrics({ perCase }: Measurement): RankingMetrics {
  const meanOf = (values: Float32Array): number => {
    let sum = 0; // float64
    for (const value of values) sum += value;
    return values.length === 0 ? 0 : sum / values.length;
  };
  return Object.fromEntries(RANKING_METRICS.map((metric) => [metric, meanOf(perCase[metric])])) as Record<
    RankingMetric,
    number
  >;
}
