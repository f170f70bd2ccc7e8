import { readFactor } from '#model/factor.ts';
import { noiseStdDev } from '#privacy/noise.ts';
import type { TaskOf } from '#protocol/task.ts';
import type { TrainedModel } from './trained-model.ts';

/**
 * What all rounds so far say together. Every number in it is worked out from noised sums, so keeping and using
 * it again costs no privacy.
 */
export interface LearningState {
  readonly numRounds: number;
  /** Running mean of the rounds' directions B · A, `[numGroups, D]`. */
  readonly momentum: Float32Array;
  /** Running mean of their squares, mean over D, `[numGroups]`. */
  readonly power: Float32Array;
  /** Expected square length of the noise in a row of `momentum`. */
  readonly noiseSquare: number;
}

/** Weights of what was there before in the two running means: Adam's own (Kingma and Ba 2015), the second shorter. */
const MOMENTUM_KEPT = 0.9;
const POWER_KEPT = 0.99;
/** How far the first round moves an item that the merchant knows nothing of, in each of D directions. */
const FIRST_STEP = 0.06;
/** With this many events of its own an item moves √½ as far. */
const EVENTS_FOR_HALF = 10;

export function startLearning({ numGroups, dim }: TrainedModel['config']): LearningState {
  const zeros = (length: number): Float32Array => new Float32Array(length);
  return { numRounds: 0, momentum: zeros(numGroups * dim), power: zeros(numGroups), noiseSquare: 0 };
}

/**
 * Takes a round's noised sum into the state.
 *
 *     g = sum · A        momentum ← 0.9 · momentum + 0.1 · g        power ← 0.99 · power + 0.01 · mean_d g²
 *
 * A round shows a few directions of all items; what the rounds before have shown of the others is in the momentum.
 *
 * @param sum Noised by both parties, `[numGroups, rank]`.
 */
export function takeRound(
  state: LearningState,
  { sum, task, dim }: { readonly sum: Float64Array; readonly task: SumTask; readonly dim: number },
): LearningState {
  const { rank } = task;
  const factor = readFactor(task.factor, { rank, dim });
  const momentum = state.momentum.map((value) => MOMENTUM_KEPT * value);
  const power = state.power.map((value) => POWER_KEPT * value);
  for (let group = 0; group < power.length; group++) {
    let square = 0;
    for (let d = 0; d < dim; d++) {
      let gradient = 0;
      for (let r = 0; r < rank; r++) gradient += (sum[group * rank + r] as number) * (factor[r * dim + d] as number);
      const at = group * dim + d;
      momentum[at] = (momentum[at] as number) + (1 - MOMENTUM_KEPT) * gradient;
      square += gradient * gradient;
    }
    power[group] = (power[group] as number) + ((1 - POWER_KEPT) * square) / dim;
  }
  const added = (1 - MOMENTUM_KEPT) ** 2 * noiseVariance(task) * squaredNorm(factor);
  const noiseSquare = MOMENTUM_KEPT ** 2 * state.noiseSquare + added;
  return { numRounds: state.numRounds + 1, momentum, power, noiseSquare };
}

/** How far the latest round moves items: less with each of the rounds that are planned. */
export function stepSizeOf({ numRounds }: LearningState, numPlanned: number): number {
  return FIRST_STEP * Math.max(0, 1 - (numRounds - 1) / numPlanned);
}

/** What is read of the task that a sum was made for. */
export type SumTask = Pick<TaskOf<'model-update'>, 'rank' | 'factor' | 'scale' | 'noiseMultiplier' | 'vdaf'>;

/**
 * Moves the item vectors by what the rounds say; they keep length 1.
 *
 *     step_g = stepSize · (1 − noise / |momentum_g|²)₊ · momentum_g / √power_g
 *     E_j    ← unit(E_j + step_{g(j)} / √(1 + events_j / 10))
 *
 * Adam with a step a row, both means without their bias towards 0. The noise's share of a row is known and taken
 * out of its length (James and Stein 1961), so that a sum of few devices moves little. What the merchant has
 * events of is known better to begin with and moves less.
 *
 * @param vectors `[N, D]`. Not modified.
 * @param events The merchant's own, `[N]`.
 * @param stepSize From {@link stepSizeOf}.
 * @returns `[N, D]`, new.
 */
export function moveItems(
  vectors: Float32Array,
  {
    state,
    groups,
    events,
    stepSize,
  }: {
    readonly state: LearningState;
    readonly groups: Uint16Array;
    readonly events: ArrayLike<number>;
    readonly stepSize: number;
  },
): Float32Array {
  const dim = vectors.length / groups.length;
  const momentumShare = 1 - MOMENTUM_KEPT ** state.numRounds;
  const powerShare = 1 - POWER_KEPT ** state.numRounds;
  const moved = vectors.slice();
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number;
    const direction = state.momentum.subarray(group * dim, (group + 1) * dim);
    const square = squaredNorm(direction);
    if (square <= state.noiseSquare) continue;
    const signalShare = 1 - state.noiseSquare / square;
    const spread = Math.sqrt((state.power[group] as number) / powerShare);
    const caution = Math.sqrt(1 + (events[row] as number) / EVENTS_FOR_HALF);
    const factor = (stepSize * signalShare) / (momentumShare * spread * caution);
    const vector = moved.subarray(row * dim, (row + 1) * dim);
    for (let d = 0; d < dim; d++) vector[d] = (vector[d] as number) + factor * (direction[d] as number);
    const length = Math.sqrt(squaredNorm(vector));
    for (let d = 0; d < dim; d++) vector[d] = (vector[d] as number) / length;
  }
  return moved;
}

/** Of a number of the sum: both parties add the noise of one. */
function noiseVariance(task: SumTask): number {
  if (task.noiseMultiplier === 0) return 0;
  const { numerator, denominator } = noiseStdDev(task);
  return 2 * (Number(numerator) / Number(denominator) / task.scale) ** 2;
}

function squaredNorm(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return squares;
}
