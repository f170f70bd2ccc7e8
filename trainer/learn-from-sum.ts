import { examplesOf } from '#model/examples.ts';
import { readFactor } from '#model/factor.ts';
import { dequantizeRow } from '#model/item-table.ts';
import type { Model } from '#model/model.ts';
import { noiseOnSum } from '#privacy/noise.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import { expectedMoments, type Questions, questionsOf } from './expected-moments.ts';
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

/** Own records by which a sum's unit is found: enough for two digits. */
const MAX_MEASURED = 1000;

/**
 * The model that follows from a round's sum.
 *
 * A sum says how much more the devices chose than the round's model expects of them. What that model expects more
 * than the start did, the merchant's own records tell, in all directions and without noise; so every round's sum
 * becomes one about the start, and all rounds can be added up however far the model has moved between them. That
 * takes customers' records for much the same as devices' histories: where they are not, sums at a moved model are
 * read with an error that grows with the move, and later rounds have to make up for it.
 *
 * @throws {InputError} If none of the merchant's histories has two items of the model.
 * @throws {RangeError} If no device is in the sum.
 */
export function learnFromSum(
  { start, learned, state: before }: LearningPoint,
  { sum, task, count }: LearnedSum,
  { histories, rowOf, numPlanned }: MerchantSide,
): LearningPoint {
  if (!(count >= 1)) throw new RangeError(`expected a sum of at least one device, got ${count}`);
  const { groups, config } = start;
  const { dim, numGroups } = config;
  const records = recordsOfRound(before.numRounds, histories);
  const [startModel, model] = [shippedModel(start), shippedModel(learned)];
  const stretch = meanStretch(records.slice(0, MAX_MEASURED), { model, rowOf, task });
  if (stretch === 0) throw noRecords();
  const momentsBy = (questions: Questions, vectors: Float32Array): Float64Array =>
    expectedMoments(questions, vectors, { groups, numGroups });
  const questions = questionsOf(records, { model, rowOf });
  const atStart = momentsBy(questionsOf(records, { model: startModel, rowOf }), vectorsOf(startModel));
  const atRound = momentsBy(questions, vectorsOf(model));
  // Devices see quantized items. Moves are too small for that, so what it changes is taken as it is now.
  const unquantized = momentsBy(questions, learned.itemVectors);
  const expectedOf = (vectors: Float32Array): Float64Array =>
    momentsBy(questions, vectors).map((value, i) => (atRound[i] as number) + (value - (unquantized[i] as number)));
  const factor = readFactor(task.factor, { rank: task.rank, dim });
  const change = project(
    atRound.map((value, i) => value - (atStart[i] as number)),
    factor,
    dim,
  );
  const unit = count * stretch;
  const gap = sum.map((value, i) => value / unit + (change[i] as number));
  const noiseVariance = (noiseOnSum(task) / task.scale / unit) ** 2;
  const state = takeRound(before, { gap, factor, noiseVariance });
  const itemVectors = moveItems(learned.itemVectors, {
    estimate: estimateGap(state),
    groups,
    expectedOf,
    atStart,
    atRound,
    stepSize: stepSizeOf(state, numPlanned),
  });
  return { start, learned: { ...learned, itemVectors }, state };
}

/**
 * @throws {InputError} If {@link learnFromSum} would have nothing to learn beside: better known before a round is
 *   opened than when its budget is spent.
 */
export function requireRecords(
  histories: readonly (readonly ShopEvent[])[],
  rowOf: (id: ItemId) => number | undefined,
): void {
  if (!histories.some((events) => examplesOf(events, { rowOf, maxEvents: 1 }).length > 0)) throw noRecords();
}

function noRecords(): InputError {
  return new InputError(
    'expected records of customers who chose two items of the model, found none to learn beside; import more orders',
  );
}

/** Item vectors as devices have them, `[N, D]`. */
function vectorsOf({ items }: Model): Float32Array {
  const { numItems, dim } = items;
  const vectors = new Float32Array(numItems * dim);
  for (let row = 0; row < numItems; row++) dequantizeRow(items, row, vectors, row * dim);
  return vectors;
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
