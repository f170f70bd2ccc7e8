import { parseModel } from '#model/model.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { type CaseRanks, caseRanker, type Question } from '#trainer/rank-cases.ts';
import type { OfferedModel, QuestionSet, ThreadData } from './device-job.ts';

/** Questions that one thread asks a model. */
export interface RankJob {
  readonly set: QuestionSet;
  /** Their places in the set. */
  readonly cases: readonly number[];
  readonly model: OfferedModel;
  /** Each ranks by itself. */
  readonly blends: readonly (readonly BlendWeights[])[];
}

/** By blend, then by case, in the order of the job. */
export type RankJobResult = readonly (readonly CaseRanks[])[];

/** @param onCase Told after each. */
export function rankJob(
  { set, cases, model: { config, files }, blends }: RankJob,
  { questions, items, onCase }: Pick<ThreadData, 'questions' | 'items'> & { readonly onCase: () => void },
): RankJobResult {
  const rank = caseRanker(parseModel(config, files), items, blends);
  const byCase = cases.map((place) => {
    const ranks = rank(JSON.parse(questions[set][place] as string) as Question);
    onCase();
    return ranks;
  });
  return blends.map((_, blend) => byCase.map((ranks) => ranks[blend] as CaseRanks));
}
