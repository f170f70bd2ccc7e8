import { millsRatio, normalDensity } from './normal-tail.ts';

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
 * - **Adaptive**: later rounds may depend on earlier results.
 *
 * What is claimed. The norm bound is checked after rounding and the noise is the exact discrete
 * Gaussian, so ρ-zCDP with {@link zcdpOf} is proved for what is released (Canonne, Kamath, Steinke
 * 2020, theorem 4 in its multivariate form), and with it {@link epsilonOfZcdp}. {@link epsilonOf}
 * is smaller: it is exact for continuous Gaussian noise, which has the same ρ. The released noise
 * has a standard deviation of thousands of units, where the two curves differ by about its inverse
 * square, 1e-9 of delta; tests compute that in one dimension, and by the privacy losses of the
 * discrete Gaussian itself for some vectors and over rounds. It is not proved for all.
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
 * Epsilon spent by a number of releases at `delta`: the exact one of the Gaussian mechanism, see
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
 * The smallest noise multiplier with which a number of releases spend at most `epsilon` at `delta`.
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
  return smallestWhere(
    (noiseMultiplier) => noiseMultiplier > 0 && deltaOf({ noiseMultiplier, releases, epsilon }) <= delta,
  );
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
