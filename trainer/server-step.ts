import { inverse, Matrix } from 'ml-matrix';
import { norm } from '#model/norm.ts';
import type { TrainedModel } from './trained-model.ts';

/**
 * What all rounds so far say together. Of devices it holds noised sums alone, so keeping and using it again costs
 * no privacy; it also holds what the merchant's own records say, so it stays with the merchant.
 */
export interface LearningState {
  readonly numRounds: number;
  /** Σ kept^age · gap · A, `[numGroups, D]`. */
  readonly evidence: Float64Array;
  /** Σ kept^age · Aᵀ · A, `[D, D]`: how well each direction has been asked for. */
  readonly coverage: Float64Array;
  /** Covariance of the noise in a row of `evidence`, `[D, D]`. */
  readonly noise: Float64Array;
}

/** What one round says. */
export interface RoundGap {
  /** How much more is chosen than the start expects, per device, on the round's directions: `[numGroups, rank]`. */
  readonly gap: Float64Array;
  /** `[rank, D]`. */
  readonly factor: Float32Array;
  /** Of a number of `gap`. */
  readonly noiseVariance: number;
}

/** Of the gap, as far as the rounds tell. */
export interface GapEstimate {
  /** `[numGroups, D]`. */
  readonly gap: Float64Array;
  /** Expected square length of the noise in a row. */
  readonly noiseSquare: number;
}

/** Weight of earlier rounds in the estimate, a round: what they saw, they saw of an older model. */
const EVIDENCE_KEPT = 0.97;
/** Directions that were asked for less than about this often count as not asked for. */
const RIDGE = 0.5;
/** How far one of the first round's moves takes an item that all of its evidence speaks for. */
const FIRST_MOVE = 0.24;
/** Moves a round: each looks again at what the model expects by now. */
const MOVES_PER_ROUND = 8;
/**
 * Weight of what the merchant's own records ask for, beside the devices': to stay as the start was. They are the
 * earlier ones, and what was learned from them would be forgotten.
 */
const PULL = 0.3;

export function startLearning({ numGroups, dim }: TrainedModel['config']): LearningState {
  const zeros = (length: number): Float64Array => new Float64Array(length);
  return { numRounds: 0, evidence: zeros(numGroups * dim), coverage: zeros(dim * dim), noise: zeros(dim * dim) };
}

/**
 * Takes what a round says into the state: least squares over all rounds, the latest weighing most.
 *
 *     evidence ← 0.97 · evidence + gap · A
 *     coverage ← 0.97 · coverage + Aᵀ · A        noise ← 0.97² · noise + variance · Aᵀ · A
 */
export function takeRound(state: LearningState, { gap, factor, noiseVariance }: RoundGap): LearningState {
  const dim = Math.sqrt(state.coverage.length);
  const rank = factor.length / dim;
  const evidence = state.evidence.map((value) => EVIDENCE_KEPT * value);
  const coverage = state.coverage.map((value) => EVIDENCE_KEPT * value);
  const noise = state.noise.map((value) => EVIDENCE_KEPT ** 2 * value);
  const numGroups = evidence.length / dim;
  for (let r = 0; r < rank; r++) {
    const direction = factor.subarray(r * dim, (r + 1) * dim);
    for (let group = 0; group < numGroups; group++) {
      addScaled(evidence, group * dim, gap[group * rank + r] as number, direction);
    }
    for (let d = 0; d < dim; d++) {
      addScaled(coverage, d * dim, direction[d] as number, direction);
      addScaled(noise, d * dim, noiseVariance * (direction[d] as number), direction);
    }
  }
  return { numRounds: state.numRounds + 1, evidence, coverage, noise };
}

/**
 * How much more is chosen than the start expects, in all directions that rounds have asked for.
 *
 *     gap = evidence · (coverage + 0.5 · I)⁻¹
 */
export function estimateGap({ evidence, coverage, noise }: LearningState): GapEstimate {
  const dim = Math.sqrt(coverage.length);
  const square = (values: Float64Array): Matrix => Matrix.from1DArray(dim, dim, values);
  const inverted = inverse(square(coverage).add(Matrix.eye(dim).mul(RIDGE)));
  const gap = Matrix.from1DArray(evidence.length / dim, dim, evidence).mmul(inverted);
  const noiseSquare = inverted.mmul(square(noise)).mmul(inverted).trace();
  return { gap: Float64Array.from(gap.to1DArray()), noiseSquare };
}

/** How far a move of the latest round takes an item: less with each of the rounds that are planned. */
export function stepSizeOf({ numRounds }: LearningState, numPlanned: number): number {
  return FIRST_MOVE * Math.max(0, 1 - (numRounds - 1) / numPlanned);
}

/**
 * Moves the item vectors towards those by which the model expects what devices choose; they keep length 1.
 *
 *     change = expected(E) − expected(start)
 *     rest   = gap − (1 + pull) · change
 *     step_g = stepSize · (1 − noise / |rest_g|²)₊ · rest_g / √(|gap_g|² + |expected(start)_g|² + |expected(E)_g|²)
 *     E_j    ← unit(E_j + step_{g(j)})                          eight times
 *
 * Moment matching, as in log-linear models (Berger, Della Pietra and Della Pietra 1996), but for the pull: items
 * rest where change = gap / (1 + pull). In directions that no round has asked for, the gap is 0.
 *
 * A row stops where what is left of it is no longer than the noise in the gap, and slows down before: a sum in which
 * noise is loud moves little (after the estimator of James and Stein 1961).
 *
 * @param vectors `[N, D]`. Not modified.
 * @param expectedOf Moments that a model expects of the merchant's own records, `[numGroups, D]`.
 * @param atStart The same of the model that learning began with. @param atRound Of these vectors.
 * @param stepSize From {@link stepSizeOf}.
 * @returns `[N, D]`, new.
 */
export function moveItems(
  vectors: Float32Array,
  {
    estimate: { gap, noiseSquare },
    groups,
    expectedOf,
    atStart,
    atRound,
    stepSize,
  }: {
    readonly estimate: GapEstimate;
    readonly groups: Uint16Array;
    readonly expectedOf: (vectors: Float32Array) => Float64Array;
    readonly atStart: Float64Array;
    readonly atRound: Float64Array;
    readonly stepSize: number;
  },
): Float32Array {
  const dim = vectors.length / groups.length;
  const moved = vectors.slice();
  for (let move = 0; move < MOVES_PER_ROUND; move++) {
    const expected = move === 0 ? atRound : expectedOf(moved);
    const rest = gap.map((value, i) => value - (1 + PULL) * ((expected[i] as number) - (atStart[i] as number)));
    groups.forEach((group, row) => {
      const of = (values: Float64Array): Float64Array => values.subarray(group * dim, (group + 1) * dim);
      const square = norm(of(rest)) ** 2;
      if (square <= noiseSquare) return;
      const mass = Math.hypot(norm(of(gap)), norm(of(atStart)), norm(of(expected)));
      const vector = moved.subarray(row * dim, (row + 1) * dim);
      addScaled(vector, 0, (stepSize * (1 - noiseSquare / square)) / mass, of(rest));
      const length = norm(vector);
      for (let d = 0; d < dim; d++) vector[d] = (vector[d] as number) / length;
    });
  }
  return moved;
}

/** Adds `scale · values` to what lies at `start`. */
function addScaled(
  sums: Float32Array | Float64Array,
  start: number,
  scale: number,
  values: Float32Array | Float64Array,
): void {
  for (let i = 0; i < values.length; i++) sums[start + i] = (sums[start + i] as number) + scale * (values[i] as number);
}
