import { applyUpdate } from '#model/apply-update.ts';
import { drawFactor } from '#model/factor.ts';
import { ndcgAt, ranksOf } from '#model/metrics.ts';
import { meanUpdate, unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { openTask, type TaskOf } from '#protocol/task.ts';
import type { Dataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { deviceRecommender } from './device-recommender.ts';
import { splitCustomers } from './held-out-customers.ts';
import { InputError } from './input-error.ts';
import { requirePublished } from './publish.ts';
import type { RoundFile } from './round-file.ts';
import { seededRandom } from './seeded-random.ts';
import { makeTestCases, type TestCase } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Steps along the mean update that are tried; a sum of many devices that agree can bear a long one. */
const STEP_SIZES = [0.1, 0.3, 1, 3, 10, 30, 100, 300];
/** Fewer say nothing about a difference of a few percent. */
const MIN_CASES = 20;
const CUTOFF = 20;
const TIE_SEED = 20;

/** How a candidate did beside the model it would replace, on orders of customers that neither has seen. */
export interface CandidateJudgment {
  /** Devices in the sum. */
  readonly count: number;
  readonly stepSize: number;
  readonly numCases: number;
  /** NDCG@20, means over the cases. */
  readonly ndcgBefore: number;
  readonly ndcgAfter: number;
  /** Of the mean of the paired differences. */
  readonly standardError: number;
  /** Whether the candidate is no worse: its mean is at most one standard error below. */
  readonly isPromoted: boolean;
  readonly candidate: TrainedModel;
}

/**
 * Fetches both noised shares of a released round, adds them up and judges the model they lead to.
 *
 * The step size is chosen on one half of the held-out customers' baskets and judged on the other: both
 * are the merchant's own orders, so no privacy is spent.
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
  const { modelDigest } = await requirePublished(trained, dataset, leaderShop(parties));
  if (modelDigest !== task.modelDigest) {
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
  if (task.kind !== 'model-update') throw new InputError(`expected a round of kind model-update, got ${task.kind}`);
  const [leaderBytes, helperBytes] = [fromBase64Url(leaderShare.share), fromBase64Url(helperShare.share)];
  const sum = unshard(leaderBytes, helperBytes, elementRing(vdafShape(task.vdaf).elementBytes));

  const cases = makeTestCases(splitCustomers(dataset).heldOut, Number.NEGATIVE_INFINITY);
  if (cases.length < MIN_CASES) {
    throw new InputError(
      `expected at least ${MIN_CASES} baskets of held-out customers to judge with, got ${cases.length}`,
    );
  }
  const choosing = cases.filter((_, i) => i % 2 === 0);
  const judging = cases.filter((_, i) => i % 2 === 1);
  const gains = (model: TrainedModel, on: readonly TestCase[]) => ndcgOfCases(model, dataset, on);
  const changed = await candidateMaker(trained, task, meanUpdate(sum, { scale: task.scale, count: leaderShare.count }));

  let best = { stepSize: 0, ndcg: Number.NEGATIVE_INFINITY };
  for (const stepSize of STEP_SIZES) {
    const ndcg = mean(await gains(changed(stepSize), choosing));
    if (ndcg > best.ndcg) best = { stepSize, ndcg };
  }
  const candidate = changed(best.stepSize);
  const [before, after] = [await gains(trained, judging), await gains(candidate, judging)];
  const differences = after.map((ndcg, i) => ndcg - (before[i] as number));
  const standardError = Math.sqrt(variance(differences) / differences.length);
  return {
    count: leaderShare.count,
    stepSize: best.stepSize,
    numCases: judging.length,
    ndcgBefore: mean(before),
    ndcgAfter: mean(after),
    standardError,
    isPromoted: mean(differences) >= -standardError,
    candidate,
  };
}

async function candidateMaker(
  model: TrainedModel,
  task: TaskOf<'model-update'>,
  update: Float32Array,
): Promise<(stepSize: number) => TrainedModel> {
  const { rank } = task;
  const factor = await drawFactor(task.factorSeed, { rank, dim: model.config.dim });
  return (stepSize) => ({
    ...model,
    itemVectors: applyUpdate(model.itemVectors, { meanUpdate: update, factor, groups: model.groups, rank, stepSize }),
  });
}

/** NDCG@20 of each case through the device's own code. */
async function ndcgOfCases(model: TrainedModel, { items }: Dataset, cases: readonly TestCase[]): Promise<number[]> {
  const recommend = await deviceRecommender(shippedModel(model), items);
  const random = seededRandom(TIE_SEED);
  const gains: number[] = [];
  for (const testCase of cases)
    gains.push(ndcgAt(ranksOf(await recommend(testCase), testCase.targets, random), CUTOFF));
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
