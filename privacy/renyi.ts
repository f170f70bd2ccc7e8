/**
 * Orders at which the accountant looks for the best bound: those of google/differential-privacy
 * `dp_accounting`, so that figures can be compared.
 */
export const RENYI_ORDERS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  ...[128, 256, 512, 1024],
];

/** Beyond this many standard deviations a normal density adds nothing in float64. */
const REACH = 40;

/**
 * Rényi divergence of one release of the Poisson-sampled Gaussian mechanism, add/remove neighbors.
 *
 *     1/(order − 1) · ln E over x from N(0, s²) of (1 − q + q · exp((2x − 1) / (2s²)))^order
 *
 * s is the noise multiplier and q the sampling rate. The expectation is an integral over the line,
 * taken by the trapezoidal rule, which for such an integrand is exact to float64: there is no
 * binomial series whose signs matter, and an order may be fractional.
 *
 * Vitrine claims no amplification by sampling, since browsers cannot be Poisson-sampled: a rate
 * below 1 serves to compare this accountant with others.
 *
 * Source: Mironov, Talwar, Zhang 2019, "Rényi Differential Privacy of the Sampled Gaussian
 * Mechanism", theorem 4: this direction of the two neighbors is the larger one.
 *
 * @param mechanism `noiseMultiplier` is positive; `samplingRate` is above 0 and at most 1.
 * @param order Above 1.
 * @returns Nats. Releases add up.
 * @throws {RangeError} If an argument is out of range.
 */
export function renyiOfSampledGaussian(
  { noiseMultiplier, samplingRate }: { readonly noiseMultiplier: number; readonly samplingRate: number },
  order: number,
): number {
  if (!(noiseMultiplier > 0 && noiseMultiplier < Infinity)) {
    throw new RangeError(`expected noiseMultiplier to be positive and finite, got ${noiseMultiplier}`);
  }
  if (!(samplingRate > 0 && samplingRate <= 1)) {
    throw new RangeError(`expected samplingRate to be above 0 and at most 1, got ${samplingRate}`);
  }
  if (!(order > 1 && order < Infinity)) throw new RangeError(`expected order to be above 1, got ${order}`);
  const variance = noiseMultiplier * noiseMultiplier;
  // The integrand's nearest singularity is π · variance off the line: the rule's error is exp(−4π²).
  const step = Math.min(noiseMultiplier / 8, variance / 2);
  const logRate = Math.log(samplingRate);
  const logRest = Math.log1p(-samplingRate); // −∞ at rate 1
  const first = Math.floor((-REACH * noiseMultiplier) / step);
  const last = Math.ceil((order + REACH * noiseMultiplier) / step);
  const logTerms = Float64Array.from({ length: last - first + 1 }, (_, i) => {
    const x = (first + i) * step;
    return order * logAddExp(logRest, logRate + (2 * x - 1) / (2 * variance)) - (x * x) / (2 * variance);
  });
  const logMoment = logSumExp(logTerms) + Math.log(step / (noiseMultiplier * Math.sqrt(2 * Math.PI)));
  return Math.max(0, logMoment) / (order - 1);
}

/**
 * The smallest epsilon at `delta` that follows from Rényi divergences at {@link RENYI_ORDERS}.
 *
 *     ε = renyi + ln(1 − 1/order) − (ln delta + ln order) / (order − 1)
 *
 * Source: Canonne, Kamath, Steinke 2020, "The Discrete Gaussian for Differential Privacy",
 * proposition 12.
 *
 * @param renyiAt Nats at an order, over all releases.
 * @param delta In 0…1, both excluded.
 * @returns Epsilon, at least 0, and the order that gave it.
 */
export function epsilonOfRenyi(
  renyiAt: (order: number) => number,
  delta: number,
): { readonly epsilon: number; readonly order: number } {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`expected delta to be between 0 and 1, got ${delta}`);
  let best = { epsilon: Infinity, order: Number.NaN };
  for (const order of RENYI_ORDERS) {
    const epsilon = renyiAt(order) + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
    if (epsilon < best.epsilon) best = { epsilon, order };
  }
  return { ...best, epsilon: Math.max(0, best.epsilon) };
}

/**
 * Rényi divergence of one release with the discrete Gaussian: no more than the continuous one's, in
 * any number of dimensions.
 *
 *     order · sensitivity² / (2 · stdDev²)
 *
 * Source: Canonne, Kamath, Steinke 2020, proposition 5.
 *
 * @param noise `sensitivity` and `stdDev` in the same units, both positive.
 */
export function renyiOfDiscreteGaussian(
  { sensitivity, stdDev }: { readonly sensitivity: number; readonly stdDev: number },
  order: number,
): number {
  return (order * sensitivity * sensitivity) / (2 * stdDev * stdDev);
}

function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

function logSumExp(logs: Float64Array): number {
  const high = logs.reduce((most, value) => Math.max(most, value), -Infinity);
  return high + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - high), 0));
}
