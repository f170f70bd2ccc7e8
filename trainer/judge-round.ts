import { fromFixedPoint } from '#privacy/fixed-point.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { TaskId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import { checkSumNorm, sumNormBound } from './check-sum-norm.ts';
import { coherenceOfRecords } from './coherence-of-records.ts';
import { customerHistories } from './customer-histories.ts';
import type { Dataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { rowLookup } from './device-recommender.ts';
import { splitCustomers } from './held-out-customers.ts';
import { InputError } from './input-error.ts';
import { countItems } from './item-counts.ts';
import { createJudge, type Judgment } from './judge-candidate.ts';
import type { Learning } from './learning-file.ts';
import { recordsOfRound, withPull } from './own-records.ts';
import { requirePublished } from './publish.ts';
import { pullOfRecords } from './pull-of-records.ts';
import { fetchReleasedSum } from './released-sum.ts';
import type { RoundFile } from './round-file.ts';
import { moveItems, startLearning, stepSizeOf, takeRound } from './server-step.ts';
import { makeTestCases } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Fewer say nothing about a difference of a few percent. */
const MIN_CASES = 20;

/** How the model that a round leads to did, on orders of customers that it has not seen. */
export interface RoundJudgment extends Judgment {
  /** Devices in the sum. */
  readonly count: number;
  readonly stepSize: number;
  /** The candidate if it is promoted, else the model that learning began with. */
  readonly next: TrainedModel;
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
 *   than honest devices make it, or there are no held-out orders to judge with.
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
  const coherence = coherenceOfRecords(customerHistories(known), {
    model: shippedModel(trained),
    rowOf: rowLookup(known.items),
    task,
  });
  checkSumNorm(sum, sumNormBound(task, { count, coherence }));
  const { dim } = trained.config;
  const begun = isOver(learning, { task, id }) ? undefined : learning;
  const before = begun?.state ?? startLearning(trained.config);
  const startVectors = begun?.startVectors ?? trained.itemVectors;
  const full = withOwnRecords(sum, { trained, startVectors }, { task, round: before.numRounds, known });
  const state = begun?.latest === id ? before : takeRound(before, { sum: full, task, dim });
  const stepSize = stepSizeOf(state, task.maxParticipations);
  const events = countItems(known.baskets, known.items.length).orders;
  const itemVectors = moveItems(trained.itemVectors, { state, groups: trained.groups, events, stepSize });
  const [start, moved] = [startVectors, itemVectors].map((vectors) => ({ ...trained, itemVectors: vectors })) as [
    TrainedModel,
    TrainedModel,
  ];
  const judge = await createJudge(start, { items: dataset.items, cases });
  const judgment = await judge(moved, state.numRounds >= task.maxParticipations);
  return {
    ...judgment,
    count,
    stepSize,
    next: judgment.isPromoted ? moved : start,
    learning: judgment.isPromoted ? { state, startVectors, latest: id } : undefined,
  };
}

/** Whether all rounds that a device may take part in have been taken in: the next ones learn from where those led. */
function isOver(
  learning: Learning | undefined,
  { task, id }: { readonly task: Pick<TaskOf<'model-update'>, 'maxParticipations'>; readonly id: TaskId },
): boolean {
  return learning !== undefined && learning.latest !== id && learning.state.numRounds >= task.maxParticipations;
}

/** The sum with the pull of the merchant's own records in it. */
function withOwnRecords(
  sum: Float64Array,
  { trained, startVectors }: { readonly trained: TrainedModel; readonly startVectors: Float32Array },
  { task, round, known }: { readonly task: TaskOf<'model-update'>; readonly round: number; readonly known: Dataset },
): Float64Array {
  const histories = customerHistories(known);
  const records = recordsOfRound(round, histories.length);
  if (records.length === 0) return sum;
  const pull = pullOfRecords(
    records.map((record) => histories[record] as ShopEvent[]),
    {
      model: shippedModel(trained),
      start: shippedModel({ ...trained, itemVectors: startVectors }),
      rowOf: rowLookup(known.items),
      task,
    },
  );
  return withPull(sum, pull, histories.length / records.length);
}
