import { MAX_SUM_LENGTH } from '#protocol/vdaf-parameters.ts';
import { millsRatio, normalDensity } from './normal-tail.ts';
import { MIN_SENSITIVITY } from './sensitivity.ts';

/**
 * What is counted, in every function here.
 *
 * - **Release**: a round's sum with one party's noise, of standard deviation `noiseMultiplier`
 *   times the norm bound of one device's contribution. The other party's noise is left out, as if
 *   it were known to the reader.
 * - **Neighbors**: two data sets that differ in one browser profile, whose contributions to the
 *   `releases` rounds it took part in are set to zero. That changes each sum by at most the norm
 *   bound; the numbers of reports are public and the same. (Replacing a contribution by another
 *   would count twice the bound.)
 * - **No amplification**: a device is taken to be in each of the rounds with certainty.
 * - **Adaptive**: later rounds, their number and their noise may depend on earlier results, as long as the sum of
 *   `noiseMultiplier⁻²` has a bound that does not: what a budget fixed beforehand is.
 *
 * What is proved. The norm bound Δ₂ is checked after rounding, the noise is the exact discrete Gaussian, and its
 * parameter σ is at least `noiseMultiplier · Δ₂`. {@link epsilonOf} is exact for continuous noise; what is released
 * spends at most {@link discreteSlack} more, in whatever dimension:
 *
 * - A contribution Δ is of integers, so the privacy loss of an output, (‖Δ‖₂² + 2⟨x, Δ⟩) / 2σ² for noise x, is the
 *   continuous one's: normalizing constants cancel. It is the same in both directions, as noise is symmetric.
 * - Quantile by quantile, a discrete Gaussian number is one of the two integers next to a continuous one z, for any
 *   σ: P(z ≥ j) ≤ P(x ≥ j) ≤ P(z ≥ j − 1) for j ≥ 1. Above, since weights w(i) = e^(−i²/2σ²) sum up to less than
 *   the integral that begins one step before, and all of them to at least σ√2π (Poisson). Below, since w(i) over the
 *   integral of w from i to i + 1 grows with i, so the tail's share of its integral is at least the half line's.
 * - So losses coupled by that differ by at most ‖Δ‖₁ / σ² ≤ √length · Δ₂ / σ² ≤ √length / (noiseMultiplier² · Δ₂).
 * - Given the past, a round's loss is then at most a Gaussian one of variance at most `noiseMultiplier⁻²` and that
 *   slack. Slacks add up to no more than they would for the bound. e^(−Σ Gaussian losses) is a martingale, delta is a
 *   convex function of it, so filling the variances up to the bound by one more Gaussian only raises delta (Jensen),
 *   and what is then lost in all is exactly Gaussian. (Composition with parameters chosen on the way is also in
 *   Smith, Thakurta 2022, "Fully Adaptive Composition for Gaussian Differential Privacy".)
 */
export interface GaussianReleases {
  /** Standard deviation of one party's noise on the sum ÷ `clipNorm`. Positive. */
  readonly noiseMultiplier: number;
  /** Rounds that one browser profile took part in. An integer of at least 0. */
  readonly releases: number;
}

/** Halvings of an interval: after these, float64 has no number left inside. */
const BISECTIONS = 200;

/**
 * The probability delta at which `epsilon` holds, exact for the Gaussian mechanism.
 *
 *     delta = Φ(1/(2s) − εs) − e^ε · Φ(−1/(2s) − εs),  s = noiseMultiplier / √releases
 *
 * Releases compose to one release with `s`. In terms of Mills' ratio nothing overflows and small
 * deltas keep their digits.
 *
 * Source: Balle and Wang 2018, "Improving the Gaussian Mechanism for Differential Privacy",
 * theorem 8.
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function deltaOf({
  noiseMultiplier,
  releases,
  epsilon,
}: GaussianReleases & { readonly epsilon: number }): number {
  checkReleases({ noiseMultiplier, releases });
  if (!(epsilon >= 0)) throw new RangeError(`expected epsilon to be at least 0, got ${epsilon}`);
  if (releases === 0) return 0;
  const s = noiseMultiplier / Math.sqrt(releases);
  const near = epsilon * s - 1 / (2 * s);
  const far = epsilon * s + 1 / (2 * s);
  // e^ε · φ(far) = φ(near), so one density is a factor of both terms.
  if (near >= 0) return normalDensity(near) * (millsRatio(near) - millsRatio(far));
  return 1 - normalDensity(near) * (millsRatio(-near) + millsRatio(far));
}

/**
 * Epsilon that a number of releases with continuous noise would spend at `delta`, exactly: see
 * {@link GaussianReleases} for what that counts.
 *
 * @param spent `delta` is in 0…1, both excluded.
 * @returns Rounded up by less than a relative 1e-12.
 * @throws {RangeError} If an argument is out of range.
 */
export function epsilonOf({ delta, ...releases }: GaussianReleases & { readonly delta: number }): number {
  checkDelta(delta);
  return smallestWhere((epsilon) => deltaOf({ ...releases, epsilon }) <= delta);
}

/**
 * By how much epsilon of what is released may be above {@link epsilonOf}, at any delta and for any task: see
 * {@link GaussianReleases} for the proof.
 *
 *     releases · √10,000 / (noiseMultiplier² · 2^15)
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function discreteSlack({ noiseMultiplier, releases }: GaussianReleases): number {
  checkReleases({ noiseMultiplier, releases });
  return (releases * Math.sqrt(MAX_SUM_LENGTH)) / (noiseMultiplier * noiseMultiplier * MIN_SENSITIVITY);
}

/**
 * The smallest noise multiplier with which a number of releases spend at most `epsilon` at `delta`,
 * {@link discreteSlack} included.
 *
 * @param budget `releases` is at least 1, `epsilon` positive, `delta` in 0…1, both excluded.
 * @returns Rounded up by less than a relative 1e-12.
 * @throws {RangeError} If an argument is out of range.
 */
export function noiseMultiplierFor({
  epsilon,
  releases,
  delta,
}: {
  readonly epsilon: number;
  readonly releases: number;
  readonly delta: number;
}): number {
  checkDelta(delta);
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new RangeError(`expected epsilon to be positive and finite, got ${epsilon}`);
  }
  if (releases === 0) throw new RangeError('expected releases to be at least 1, got 0');
  return smallestWhere((noiseMultiplier) => {
    if (noiseMultiplier === 0) return false;
    const left = epsilon - discreteSlack({ noiseMultiplier, releases });
    return left >= 0 && deltaOf({ noiseMultiplier, releases, epsilon: left }) <= delta;
  });
}

/**
 * ρ of zero-concentrated differential privacy that the releases satisfy: proved for the discrete
 * Gaussian in any dimension.
 *
 *     ρ = releases / (2 · noiseMultiplier²)
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function zcdpOf({ noiseMultiplier, releases }: GaussianReleases): number {
  checkReleases({ noiseMultiplier, releases });
  return releases / (2 * noiseMultiplier * noiseMultiplier);
}

/**
 * An epsilon at `delta` that follows from ρ-zCDP alone: never below {@link epsilonOf}'s.
 *
 *     ε = ρ + 2 · √(ρ · ln(1/delta))
 *
 * Source: Bun and Steinke 2016, "Concentrated Differential Privacy", proposition 1.3.
 *
 * @param spent `rho` from {@link zcdpOf}; `delta` in 0…1, both excluded.
 * @throws {RangeError} If an argument is out of range.
 */
export function epsilonOfZcdp({ rho, delta }: { readonly rho: number; readonly delta: number }): number {
  checkDelta(delta);
  if (!(rho >= 0 && rho < Infinity)) throw new RangeError(`expected rho to be finite and at least 0, got ${rho}`);
  return rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
}

/** The smallest number from 0 for which a claim holds that, once true, stays true. */
function smallestWhere(holds: (value: number) => boolean): number {
  if (holds(0)) return 0;
  let low = 0;
  let high = 1;
  while (!holds(high)) [low, high] = [high, 2 * high];
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function checkReleases({ noiseMultiplier, releases }: GaussianReleases): void {
  if (!(noiseMultiplier > 0 && noiseMultiplier < Infinity)) {
    throw new RangeError(`expected noiseMultiplier to be positive and finite, got ${noiseMultiplier}`);
  }
  if (!(Number.isInteger(releases) && releases >= 0)) {
    throw new RangeError(`expected releases to be an integer of at least 0, got ${releases}`);
  }
}

function checkDelta(delta: number): void {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`expected delta to be between 0 and 1, got ${delta}`);
}
