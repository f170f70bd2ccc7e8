import { readFactor } from '#model/factor.ts';
import type { Model } from '#model/model.ts';
import { noiseStdDev } from '#privacy/noise.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import { expectedMoments, questionsOf } from './expected-moments.ts';
import { InputError } from './input-error.ts';
import { recordsOfRound } from './own-records.ts';
import { estimateGap, type LearningState, moveItems, stepSizeOf, takeRound } from './server-step.ts';
import { meanStretch } from './sum-of-updates.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Learning as it stands before or after a round. */
export interface LearningPoint {
  /** The model that learning began with. */
  readonly start: TrainedModel;
  /** The model that devices have, or will have. */
  readonly learned: TrainedModel;
  readonly state: LearningState;
}

/** A round's noised sum and what the trainer reads of its task. */
export interface LearnedSum {
  /** Noised by both parties, `[numGroups, rank]`. */
  readonly sum: Float64Array;
  readonly task: Pick<TaskOf<'model-update'>, 'rank' | 'factor' | 'vdaf' | 'clipNorm' | 'scale' | 'noiseMultiplier'>;
  /** Devices in it. */
  readonly count: number;
}

/** What the merchant brings to learning. */
export interface MerchantSide {
  /** Of the merchant's own records. */
  readonly histories: readonly (readonly ShopEvent[])[];
  readonly rowOf: (id: ItemId) => number | undefined;
  /** Rounds that the run is to have. */
  readonly numPlanned: number;
}

/** Own records by which a sum's unit is found: a second's work, and enough for two digits. */
const MAX_MEASURED = 1000;

/**
 * The model that follows from a round's sum.
 *
 * A sum says how much more the devices chose than the round's model expects of them. What that model expects more
 * than the start did, the merchant's own records tell, in all directions and without noise; so every round's sum
 * becomes one about the start, and all rounds can be added up however far the model has moved between them.
 *
 * @throws {InputError} If none of the merchant's histories has two items of the model.
 */
export function learnFromSum(
  { start, learned, state: before }: LearningPoint,
  { sum, task, count }: LearnedSum,
  { histories, rowOf, numPlanned }: MerchantSide,
): LearningPoint {
  const { groups, config } = start;
  const { dim, numGroups } = config;
  const records = recordsOfRound(before.numRounds, histories);
  const model = shippedModel(learned);
  const stretch = meanStretch(records.slice(0, MAX_MEASURED), { model, rowOf, task });
  if (stretch === 0) {
    throw new InputError('expected records of customers who chose two items of the model, found none to learn beside');
  }
  const momentsAskedOf = (asked: Model) => {
    const questions = questionsOf(records, { model: asked, rowOf });
    return (vectors: Float32Array) => expectedMoments(questions, vectors, { groups, numGroups });
  };
  const atStart = momentsAskedOf(shippedModel(start))(start.itemVectors);
  const expectedOf = momentsAskedOf(model);
  const atRound = expectedOf(learned.itemVectors);
  const factor = readFactor(task.factor, { rank: task.rank, dim });
  const change = project(
    atRound.map((value, i) => value - (atStart[i] as number)),
    factor,
    dim,
  );
  const unit = count * stretch;
  const gap = sum.map((value, i) => value / unit + (change[i] as number));
  const state = takeRound(before, { gap, factor, noiseVariance: noiseVariance(task) / unit ** 2 });
  const itemVectors = moveItems(learned.itemVectors, {
    estimate: estimateGap(state),
    groups,
    expectedOf,
    atStart,
    stepSize: stepSizeOf(state, numPlanned),
  });
  return { start, learned: { ...learned, itemVectors }, state };
}

/** `values · factorᵀ`: `[numGroups, D]` → `[numGroups, rank]`. */
function project(values: Float64Array, factor: Float32Array, dim: number): Float64Array {
  const rank = factor.length / dim;
  return Float64Array.from({ length: (values.length / dim) * rank }, (_, i) => {
    const [row, direction] = [Math.floor(i / rank) * dim, (i % rank) * dim];
    let dot = 0;
    for (let d = 0; d < dim; d++) dot += (values[row + d] as number) * (factor[direction + d] as number);
    return dot;
  });
}

/** Of a number of the sum: both parties add the noise of one. */
function noiseVariance(task: LearnedSum['task']): number {
  if (task.noiseMultiplier === 0) return 0;
  const { numerator, denominator } = noiseStdDev(task);
  return 2 * (Number(numerator) / Number(denominator) / task.scale) ** 2;
}
