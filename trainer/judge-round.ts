import { fromFixedPoint } from '#privacy/fixed-point.ts';
import { checkSumNorm, sumNormBound } from './check-sum-norm.ts';
import { coherenceOfRecords } from './coherence-of-records.ts';
import { customerHistories } from './customer-histories.ts';
import type { Dataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { rowLookup } from './device-recommender.ts';
import { splitCustomers } from './held-out-customers.ts';
import { InputError } from './input-error.ts';
import { askCases, createJudge, type Judgment, judgeLearned } from './judge-candidate.ts';
import { learnFromSum } from './learn-from-sum.ts';
import { continued, type Learning, startOf } from './learning-file.ts';
import { requirePublished } from './publish.ts';
import { fetchReleasedSum } from './released-sum.ts';
import type { RoundFile } from './round-file.ts';
import { startLearning, stepSizeOf } from './server-step.ts';
import { closeSoftmaxThreads } from './softmax-threads.ts';
import { makeTestCases } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Fewer say nothing about a difference of a few percent. */
const MIN_CASES = 20;

/** How the model that a round leads to did, on orders of customers that it has not seen. */
export interface RoundJudgment extends Judgment {
  /** Devices in the sum. */
  readonly count: number;
  readonly stepSize: number;
  /** The candidate, or where that is worse the model that learning began with. */
  readonly next: TrainedModel;
  /** Whether no more rounds are planned. */
  readonly isLast: boolean;
  /** To keep for the next round; nothing after a refusal, which starts anew. */
  readonly learning: Learning | undefined;
}

/**
 * Fetches both noised shares of a released round, adds them up and judges the model they lead to.
 *
 * The merchant's own records help to find the step, and customers held out of them judge it; both are the
 * merchant's, so no privacy is spent.
 *
 * @param learning What the rounds before said, if there were any.
 * @throws {InputError} What {@link fetchReleasedSum} throws; if the round is of another kind or model, its sum is longer
 *   than honest devices make it, there are no held-out orders to judge with, or no known customer chose two items.
 */
export async function judgeRound(
  dataset: Dataset,
  trained: TrainedModel,
  {
    round,
    parties,
    learning,
  }: { readonly round: RoundFile; readonly parties: Parties; readonly learning: Learning | undefined },
): Promise<RoundJudgment> {
  const { task, id, count, sum: units } = await fetchReleasedSum(round, parties);
  if (task.kind !== 'model-update') throw new InputError(`expected a round of kind model-update, got ${task.kind}`);
  const { modelDigest } = await requirePublished(trained, dataset, leaderShop(parties));
  if (modelDigest !== task.modelDigest) {
    throw new InputError(
      'expected the published model to be the one the round was opened on, found another; its sum cannot be applied',
    );
  }
  const { known, heldOut } = splitCustomers(dataset);
  const cases = makeTestCases(heldOut, Number.NEGATIVE_INFINITY);
  if (cases.length < MIN_CASES) {
    throw new InputError(
      `expected at least ${MIN_CASES} baskets of held-out customers to judge with, got ${cases.length}`,
    );
  }
  const sum = fromFixedPoint(units, task.scale);
  const histories = customerHistories(known);
  const rowOf = rowLookup(known.items);
  const coherence = coherenceOfRecords(histories, { model: shippedModel(trained), rowOf, task });
  checkSumNorm(sum, sumNormBound(task, { count, coherence }));
  const begun = continued(learning, { maxParticipations: task.maxParticipations, round: id });
  const stateBefore = begun?.latest === id ? begun.stateBefore : begun?.state;
  const start = begun ? startOf(trained, begun) : trained;
  const { config } = start;
  const before = stateBefore ?? startLearning(config);
  const { learned, state } = learnFromSum(
    { start, learned: { ...trained, config }, state: before },
    { sum, task, count },
    { histories, rowOf, numPlanned: task.maxParticipations },
  );
  await closeSoftmaxThreads();
  const judge = await createJudge(start, askCases(dataset.items, cases));
  const { judgment, candidate } = await judgeLearned(learned, judge);
  const { verdict } = judgment;
  const said = { count, stepSize: stepSizeOf(state, task.maxParticipations), ...judgment };
  const isLast = state.numRounds >= task.maxParticipations;
  if (verdict === 'worse') return { ...said, isLast, next: start, learning: undefined };
  const begin = { startVectors: start.itemVectors, startBlend: config.blend };
  const taken = { state, stateBefore: before, latest: id, isUndecided: verdict === 'undecided', isLast };
  return { ...said, isLast, next: candidate, learning: { ...begin, ...taken } };
}
