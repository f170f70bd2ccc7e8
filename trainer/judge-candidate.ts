import { ndcgAt, ranksOf } from '#model/metrics.ts';
import type { Dataset } from './dataset.ts';
import { deviceRecommender } from './device-recommender.ts';
import { seededRandom } from './seeded-random.ts';
import type { TestCase } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

const CUTOFF = 20;
const TIE_SEED = 20;

/** How a candidate did beside the model it would replace. */
export interface Judgment {
  readonly numCases: number;
  /** NDCG@20, means over the cases. */
  readonly ndcgBefore: number;
  readonly ndcgAfter: number;
  /** Of the mean of the paired differences. */
  readonly standardError: number;
  /** Whether the candidate is no worse: its mean is at most one standard error below. */
  readonly isPromoted: boolean;
}

/**
 * Judges a candidate as it would ship, through the device's own code.
 *
 * @param cases Of customers that neither model has learned from.
 */
export async function judgeCandidate(
  { before, candidate }: { readonly before: TrainedModel; readonly candidate: TrainedModel },
  { items, cases }: { readonly items: Dataset['items']; readonly cases: readonly TestCase[] },
): Promise<Judgment> {
  const [ndcgBefore, ndcgAfter] = [await gainsOf(before, items, cases), await gainsOf(candidate, items, cases)];
  const differences = ndcgAfter.map((ndcg, i) => ndcg - (ndcgBefore[i] as number));
  const standardError = Math.sqrt(variance(differences) / differences.length);
  return {
    numCases: cases.length,
    ndcgBefore: mean(ndcgBefore),
    ndcgAfter: mean(ndcgAfter),
    standardError,
    isPromoted: mean(differences) >= -standardError,
  };
}

/** NDCG@20 of each case. */
async function gainsOf(model: TrainedModel, items: Dataset['items'], cases: readonly TestCase[]): Promise<number[]> {
  const recommend = await deviceRecommender(shippedModel(model), items);
  const random = seededRandom(TIE_SEED);
  const gains: number[] = [];
  for (const testCase of cases) {
    gains.push(ndcgAt(ranksOf(await recommend(testCase), testCase.targets, random), CUTOFF));
  }
  return gains;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample. */
function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}
