/**
 * How far the sum of `count` independent discrete Gaussians is from one discrete Gaussian of their
 * joint variance, as the most that ln of a probability differs.
 *
 *     τ = 10 · Σ over k = 1 … count − 1 of exp(−2 · π² · stdDev² · k / (k + 1))
 *
 * Vitrine's accounting rests on one party's noise alone and needs no sum. This tells what a reader
 * who knows neither party's noise sees: at standard deviations of thousands, τ is 0 in float64.
 *
 * Source: Kairouz, Liu, Steinke 2021, "The Distributed Discrete Gaussian Mechanism for Federated
 * Learning with Secure Aggregation", theorem 1.
 *
 * @param noise `stdDev` of each one, in units; `count` an integer of at least 1.
 */
export function discreteGaussianSumDivergence({
  stdDev,
  count,
}: {
  readonly stdDev: number;
  readonly count: number;
}): number {
  let sum = 0;
  for (let k = 1; k < count; k++) sum += Math.exp((-2 * Math.PI ** 2 * stdDev ** 2 * k) / (k + 1));
  return 10 * sum;
}
