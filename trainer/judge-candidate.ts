import { ndcgAt, ranksOf } from '#model/metrics.ts';
import type { Dataset } from './dataset.ts';
import { deviceRecommender } from './device-recommender.ts';
import { fadePopularity } from './fade-popularity.ts';
import { seededRandom } from './seeded-random.ts';
import type { TestCase } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

const CUTOFF = 20;
const TIE_SEED = 20;

/**
 * Learning may cost this share of the start's NDCG on the way: the first rounds move items before they have seen
 * every direction, and what is new to the merchant's records does not count in them.
 */
const COST_ON_THE_WAY = 0.03;

/** How a candidate did beside the model that learning began with. */
export interface Judgment {
  readonly numCases: number;
  /** NDCG@20, means over the cases. */
  readonly ndcgBefore: number;
  readonly ndcgAfter: number;
  /** Of the mean of the paired differences. */
  readonly standardError: number;
  /**
   * Whether the candidate may serve: after the last round if its mean is at most one standard error below, before
   * that also if it is at most 3 % below.
   */
  readonly isPromoted: boolean;
}

/** @param isLast Whether no more rounds are planned. */
export type Judge = (candidate: TrainedModel, isLast: boolean) => Promise<Judgment>;

/** A judgment and the model it is about. */
export interface Judged {
  readonly judgment: Judgment;
  readonly candidate: TrainedModel;
}

/**
 * Judges a model that has learned from devices: with its popularity faded, see {@link fadePopularity}, and as it is
 * where that may not serve.
 */
export async function judgeLearned(learned: TrainedModel, judge: Judge, isLast: boolean): Promise<Judged> {
  const faded = fadePopularity(learned);
  const ofFaded = await judge(faded, isLast);
  if (ofFaded.isPromoted) return { judgment: ofFaded, candidate: faded };
  return { judgment: await judge(learned, isLast), candidate: learned };
}

/**
 * Judges candidates as they would ship, through the device's own code, always beside the same model: small
 * losses of many rounds can't add up.
 *
 * @param start The model that learning began with.
 * @param cases Of customers that no model has learned from.
 */
export async function createJudge(
  start: TrainedModel,
  { items, cases }: { readonly items: Dataset['items']; readonly cases: readonly TestCase[] },
): Promise<Judge> {
  const before = await gainsOf(start, items, cases);
  const ndcgBefore = mean(before);
  return async (candidate, isLast) => {
    const after = await gainsOf(candidate, items, cases);
    const differences = after.map((ndcg, i) => ndcg - (before[i] as number));
    const standardError = Math.sqrt(variance(differences) / differences.length);
    const allowed = Math.max(standardError, isLast ? 0 : COST_ON_THE_WAY * ndcgBefore);
    const isPromoted = mean(differences) >= -allowed;
    return { numCases: cases.length, ndcgBefore, ndcgAfter: mean(after), standardError, isPromoted };
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
