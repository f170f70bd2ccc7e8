import { drawRanks, ndcgAt } from '#model/metrics.ts';
import type { Dataset } from './dataset.ts';
import { fadePopularity } from './fade-popularity.ts';
import { type CaseRanks, caseRanker } from './rank-cases.ts';
import { seededRandom } from './seeded-random.ts';
import type { TestCase } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

const CUTOFF = 20;
const TIE_SEED = 20;

/**
 * A loss of up to this share of the start's NDCG decides nothing: the first rounds move items before they have seen
 * every direction, and what is new to the merchant's records does not count in them.
 */
const UNDECIDED_SHARE = 0.03;

/**
 * What held-out customers say of a candidate: at most one standard error below the start, at most 3 % below it, or
 * more. An undecided one may serve while rounds are to come; after the last one, devices decide.
 */
export type Verdict = 'no-worse' | 'undecided' | 'worse';

/** From the worst. */
const VERDICTS: readonly Verdict[] = ['worse', 'undecided', 'no-worse'];

/** How a candidate did beside the model that learning began with. */
export interface Judgment {
  readonly numCases: number;
  /** NDCG@20, means over the cases. */
  readonly ndcgBefore: number;
  readonly ndcgAfter: number;
  /** Of the mean of the paired differences. */
  readonly standardError: number;
  readonly verdict: Verdict;
}

/** What a model as it would ship answers to some cases. */
export type AskModel = (trained: TrainedModel) => Promise<readonly CaseRanks[]>;

/** Asks these cases, in this thread. */
export function askCases(items: Dataset['items'], cases: readonly TestCase[]): AskModel {
  return async (trained) => {
    const rank = caseRanker(shippedModel(trained), items, [trained.config.blend]);
    return cases.map((testCase) => rank(testCase)[0] as CaseRanks);
  };
}

export type Judge = (candidate: TrainedModel) => Promise<Judgment>;

/** A judgment and the model it is about. */
export interface Judged {
  readonly judgment: Judgment;
  readonly candidate: TrainedModel;
}

/**
 * Judges a model that has learned from devices: with its popularity faded, see {@link fadePopularity}, and as it is
 * where that has a better verdict.
 */
export async function judgeLearned(learned: TrainedModel, judge: Judge): Promise<Judged> {
  const faded = fadePopularity(learned);
  const ofFaded = await judge(faded);
  if (ofFaded.verdict !== 'no-worse') {
    const ofLearned = await judge(learned);
    if (VERDICTS.indexOf(ofLearned.verdict) > VERDICTS.indexOf(ofFaded.verdict))
      return { judgment: ofLearned, candidate: learned };
  }
  return { judgment: ofFaded, candidate: faded };
}

/**
 * Judges candidates as they would ship, through the device's own code, always beside the same model: small
 * losses of many rounds can't add up.
 *
 * @param start The model that learning began with.
 * @param ask Asks a model about customers that no model has learned from, each time the same.
 */
export async function createJudge(start: TrainedModel, ask: AskModel): Promise<Judge> {
  const before = gainsOf(await ask(start));
  const ndcgBefore = mean(before);
  return async (candidate) => {
    const after = gainsOf(await ask(candidate));
    const differences = after.map((ndcg, i) => ndcg - (before[i] as number));
    const standardError = Math.sqrt(variance(differences) / differences.length);
    const verdict = verdictOf(-mean(differences), { standardError, undecidedUpTo: UNDECIDED_SHARE * ndcgBefore });
    return { numCases: before.length, ndcgBefore, ndcgAfter: mean(after), standardError, verdict };
  };
}

function verdictOf(
  loss: number,
  { standardError, undecidedUpTo }: { readonly standardError: number; readonly undecidedUpTo: number },
): Verdict {
  if (loss <= standardError) return 'no-worse';
  return loss <= undecidedUpTo ? 'undecided' : 'worse';
}

/** NDCG@20 of each case. */
function gainsOf(answers: readonly CaseRanks[]): number[] {
  const random = seededRandom(TIE_SEED);
  return answers.map((tied) => ndcgAt(drawRanks(tied, random), CUTOFF));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample. */
function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}
