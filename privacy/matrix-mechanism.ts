/**
 * The matrix-factorization mechanism: noise that is correlated over rounds, so that the sum of the
 * rounds has less of it.
 *
 * Rounds 0 … n−1 release x_t + (C⁻¹z)_t, where z is fresh noise of every round and C a lower
 * triangular Toeplitz matrix given by its first column `coefficients`, c_0 = 1. Everything released is
 * computed from Cx + z, so what counts is how far one device moves Cx: the sensitivity below.
 * Independent noise is C = 1.
 *
 * All functions take and return first columns, `[numRounds]`.
 */

/** When one device takes part. */
export interface Participation {
  /** A device's rounds are at least this far apart, in rounds. An integer of at least 1. */
  readonly minSeparation: number;
  /** A device takes part at most this often. An integer of at least 1. */
  readonly maxParticipations: number;
}

/**
 * The square root of the matrix of prefix sums.
 *
 *     c_k = C(2k, k) / 4^k: 1, 1/2, 3/8, 5/16, …
 *
 * Source: Fichtenberger, Henzinger, Upadhyay 2023, "Constant Matters: Fine-grained Error Bound on
 * Differentially Private Continual Observation".
 */
export function squareRootCoefficients(numRounds: number): Float64Array {
  const coefficients = new Float64Array(numRounds).fill(1);
  for (let k = 1; k < numRounds; k++) coefficients[k] = (coefficients[k - 1] as number) * (1 - 1 / (2 * k));
  return coefficients;
}

/**
 * Keeps the first `numBands` diagonals: round t then depends on the noise of rounds through C on the
 * last `numBands` only. With no more bands than the separation, one device's rounds do not overlap.
 *
 * Source: Choquette-Choo et al. 2023, "(Amplified) Banded Matrix Factorization".
 */
export function bandedCoefficients(coefficients: Float64Array, numBands: number): Float64Array {
  return coefficients.map((coefficient, k) => (k < numBands ? coefficient : 0));
}

/** First column of C⁻¹: how much of the noise of 0, 1, 2, … rounds ago a round carries. */
export function inverseCoefficients(coefficients: Float64Array): Float64Array {
  const inverse = new Float64Array(coefficients.length);
  for (let k = 0; k < inverse.length; k++) {
    let sum = k === 0 ? 1 : 0;
    for (let j = 1; j <= k; j++) sum -= (coefficients[j] as number) * (inverse[k - j] as number);
    inverse[k] = sum / (coefficients[0] as number);
  }
  return inverse;
}

/**
 * How far one device whose every contribution has norm 1 at most moves Cx, in L2 norm: the noise
 * z must have `noiseMultiplier` times this as its standard deviation.
 *
 *     ‖ Σ over i < k of column i · b ‖,  b = minSeparation, k = maxParticipations
 *
 * No other admissible choice of rounds and no contributions in other directions give more, where
 * coefficients are at least 0 and never rise. The squared norm is a sum over pairs of rounds s ≤ t of
 * ⟨column s, column t⟩ = Σ_m c_m · c_(m + t − s), m < n − t, times the contributions' product, at most
 * 1. These inner products are at least 0, so more rounds and aligned contributions are never
 * less; and they only grow where t or t − s get smaller, and i · b has both as small as can be.
 *
 * @throws {RangeError} If coefficients are negative, rise, or an argument is out of range.
 */
export function sensitivityOf(coefficients: Float64Array, { minSeparation, maxParticipations }: Participation): number {
  checkCount('minSeparation', minSeparation);
  checkCount('maxParticipations', maxParticipations);
  coefficients.forEach((coefficient, k) => {
    if (!(coefficient >= 0 && coefficient <= (coefficients[k - 1] ?? Infinity))) {
      throw new RangeError(`expected coefficients to be at least 0 and never to rise, got ${coefficient} at ${k}`);
    }
  });
  const numRounds = coefficients.length;
  const moved = new Float64Array(numRounds);
  for (let i = 0; i < maxParticipations && i * minSeparation < numRounds; i++) {
    const start = i * minSeparation;
    for (let t = start; t < numRounds; t++) moved[t] = (moved[t] as number) + (coefficients[t - start] as number);
  }
  return Math.sqrt(moved.reduce((sum, value) => sum + value * value, 0));
}

/**
 * Standard deviation of the noise on the sum of the first 1, 2, … n rounds, ÷ (noise multiplier ·
 * norm bound), at the sensitivity that the schedule gives: comparable at equal epsilon.
 */
export function prefixErrors(coefficients: Float64Array, participation: Participation): Float64Array {
  const sensitivity = sensitivityOf(coefficients, participation);
  let row = 0; // of the prefix sums' matrix times C⁻¹
  let squares = 0;
  return inverseCoefficients(coefficients).map((inverse) => {
    row += inverse;
    squares += row * row;
    return sensitivity * Math.sqrt(squares);
  });
}

/**
 * The number of bands of the square root with which the prefix sums' mean squared error is smallest;
 * 1 is independent noise.
 */
export function bestNumBands(numRounds: number, participation: Participation): number {
  const full = squareRootCoefficients(numRounds);
  const meanSquare = (numBands: number) =>
    prefixErrors(bandedCoefficients(full, numBands), participation).reduce((sum, error) => sum + error * error, 0);
  let best = 1;
  for (let numBands = 2; numBands <= numRounds; numBands++) {
    if (meanSquare(numBands) < meanSquare(best)) best = numBands;
  }
  return best;
}

function checkCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw new RangeError(`expected ${name} to be an integer of at least 1, got ${value}`);
  }
}
