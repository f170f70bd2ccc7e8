import { millsRatio, normalDensity } from '#privacy/normal-tail.ts';

// What no test for membership can do better against releases with Gaussian noise.
// Source: Dong, Roth, Su 2022, "Gaussian Differential Privacy", section 2; releases compose to
// mu = √releases / noiseMultiplier.

/** Halvings of an interval: after these, float64 has no number left inside. */
const BISECTIONS = 100;
/** Quantiles beyond this have probabilities below 1e-300. */
const FARTHEST = 37;

/** Φ(x), the standard normal distribution function. */
export function normalCdf(x: number): number {
  const tail = normalDensity(x) * millsRatio(Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}

/**
 * The x with Φ(x) = probability.
 *
 * @throws {RangeError} If the probability is not between 0 and 1.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`expected probability to be between 0 and 1, got ${probability}`);
  }
  let [low, high] = [-FARTHEST, FARTHEST];
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The largest true positive rate at a false positive rate.
 *
 *     Φ(Φ⁻¹(falsePositiveRate) + mu)
 *
 * @param mu Largest change of the sum ÷ standard deviation of the noise.
 */
export function bestTruePositiveRate(falsePositiveRate: number, mu: number): number {
  return normalCdf(normalQuantile(falsePositiveRate) + mu);
}

/** The largest true less false positive rate: 2Φ(mu / 2) − 1. */
export function bestAdvantage(mu: number): number {
  return 2 * normalCdf(mu / 2) - 1;
}

/**
 * What (epsilon, delta) alone allows, whatever the noise. Never below {@link bestAdvantage}.
 *
 *     (e^ε − 1 + 2δ) / (e^ε + 1)
 *
 * Source: Kairouz, Oh, Viswanath 2015, "The Composition Theorem for Differential Privacy", section 2.
 */
export function advantageBound({ epsilon, delta }: { readonly epsilon: number; readonly delta: number }): number {
  if (epsilon === Number.POSITIVE_INFINITY) return 1;
  return (Math.expm1(epsilon) + 2 * delta) / (Math.exp(epsilon) + 1);
}
