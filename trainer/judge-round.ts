import { applyUpdate } from '#model/apply-update.ts';
import { drawFactor } from '#model/factor.ts';
import { combineShares, meanUpdate } from '#privacy/collect.ts';
import { alignedCopy, fromBase64Url } from '#protocol/bytes.ts';
import { openTask, type Task } from '#protocol/task.ts';
import { CONFIG } from './config.ts';
import type { Dataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { deviceRecommender } from './device-recommender.ts';
import { isHeldOut } from './held-out-customers.ts';
import { InputError } from './input-error.ts';
import { countItems, measurePopularity } from './item-counts.ts';
import { measureRanking } from './measure-ranking.ts';
import { findNeighbors } from './neighbor-lists.ts';
import { currentPublication } from './publish.ts';
import type { RoundFile } from './round-file.ts';
import { seededRandom } from './seeded-random.ts';
import { makeTestCases, splitByTime, type TestCase, timeOfLatestShare } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Steps along the mean update that are tried; a sum of many devices that agree can bear a long one. */
const STEP_SIZES = [0.03, 0.1, 0.3, 1, 3, 10, 30];
const TIE_SEED = 20;

/** How a candidate did beside the model it would replace, on orders that neither has seen. */
export interface CandidateJudgment {
  /** Devices in the sum. */
  readonly count: number;
  readonly stepSize: number;
  /** NDCG@20 on the cases that chose the step size. */
  readonly choosing: { readonly before: number; readonly after: number; readonly numCases: number };
  /** NDCG@20 on the other cases; the candidate is promoted if it is no worse here. */
  readonly judging: { readonly before: number; readonly after: number; readonly numCases: number };
  readonly isPromoted: boolean;
  /** The candidate. */
  readonly candidate: TrainedModel;
}

/**
 * Fetches both noised shares of a released round, adds them up and judges the model they lead to.
 *
 * The step size is chosen on one half of the held-out customers' latest baskets and judged on the other:
 * both are the merchant's own orders, so no privacy is spent.
 *
 * @throws {InputError} If the parties' shares are not of the same reports, the model is another than the
 *   task's, or there are no held-out orders to judge with.
 * @throws {EdgeError} If a party has not released.
 */
export async function judgeRound(
  dataset: Dataset,
  trained: TrainedModel,
  { round, parties }: { readonly round: RoundFile; readonly parties: Parties },
): Promise<CandidateJudgment> {
  const { task, id } = await openTask(round.envelope, { shop: parties.shop, trusted: [parties.key.fingerprint] });
  const published = await currentPublication(leaderShop(parties));
  if (published?.modelDigest !== task.modelDigest) {
    throw new InputError(
      'expected the published model to be the one the round was opened on, found another; its sum cannot be applied',
    );
  }
  const [leaderShare, helperShare] = await Promise.all([
    parties.leader.aggregateShare(id),
    parties.helper.aggregateShare(id),
  ]);
  if (leaderShare.count !== helperShare.count || leaderShare.reportSetDigest !== helperShare.reportSetDigest) {
    throw new InputError(
      'expected both parties to release the sum of the same reports, got different ones; do not use this round',
    );
  }
  const sum = combineShares(shareWords(leaderShare.share), shareWords(helperShare.share), task);
  const mean = meanUpdate(sum, leaderShare.count);

  const fromMs = dataset.baskets.length > 0 ? timeOfLatestShare(dataset.baskets, CONFIG.validationShare) : 0;
  const cases = makeTestCases(dataset, fromMs).filter(({ customer }) => isHeldOut(customer));
  if (cases.length < 2)
    throw new InputError(`expected at least 2 later baskets of held-out customers to judge with, got ${cases.length}`);
  // The lists must not have seen the judging orders, or the encoder's change would drown in them.
  const judged = { ...trained, ...listsBefore(dataset, fromMs) };
  const choosing = cases.filter((_, i) => i % 2 === 0);
  const judging = cases.filter((_, i) => i % 2 === 1);
  const ndcgOf = (model: TrainedModel, on: readonly TestCase[]): Promise<number> => measureNdcg(model, dataset, on);
  const changed = await candidateMaker(judged, task, mean);

  let best = { stepSize: 0, ndcg: Number.NEGATIVE_INFINITY };
  for (const stepSize of STEP_SIZES) {
    const ndcg = await ndcgOf(changed(stepSize), choosing);
    if (ndcg > best.ndcg) best = { stepSize, ndcg };
  }
  const candidate = changed(best.stepSize);
  const [before, after] = [await ndcgOf(judged, judging), await ndcgOf(candidate, judging)];
  return {
    count: leaderShare.count,
    stepSize: best.stepSize,
    choosing: { before: await ndcgOf(judged, choosing), after: best.ndcg, numCases: choosing.length },
    judging: { before, after, numCases: judging.length },
    isPromoted: after >= before,
    candidate: { ...trained, itemVectors: candidate.itemVectors },
  };
}

async function candidateMaker(
  model: TrainedModel,
  task: Task,
  mean: Float32Array,
): Promise<(stepSize: number) => TrainedModel> {
  const { rank } = task;
  const factor = await drawFactor(task.factorSeed, { rank, dim: model.config.dim });
  return (stepSize) => ({
    ...model,
    itemVectors: applyUpdate(model.itemVectors, { meanUpdate: mean, factor, groups: model.groups, rank, stepSize }),
  });
}

async function measureNdcg(model: TrainedModel, { items }: Dataset, cases: readonly TestCase[]): Promise<number> {
  const recommend = await deviceRecommender(shippedModel(model), items);
  return (await measureRanking(recommend, cases, seededRandom(TIE_SEED))).ndcgAt20;
}

function listsBefore({ items, baskets }: Dataset, fromMs: number) {
  const { before } = splitByTime(baskets, fromMs);
  const { minCustomers } = CONFIG;
  return {
    neighbors: findNeighbors(before, { numItems: items.length, minCustomers }),
    popularity: measurePopularity(before, { counts: countItems(before, items.length), minCustomers }),
  };
}

/** `u32[numParams]` little-endian in base64url. */
function shareWords(share: string): Uint32Array {
  return new Uint32Array(alignedCopy(fromBase64Url(share)));
}
