/** √(2π) */
const SQRT_TWO_PI = 2.5066282746310002;

/** Below this, the series loses less than a digit; from here on, the fraction has converged. */
const SERIES_LIMIT = 1.5;
/** Terms after which the continued fraction is exact in float64 at {@link SERIES_LIMIT}. */
const FRACTION_TERMS = 150;

/** The standard normal density. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / SQRT_TWO_PI;
}

/**
 * Mills' ratio: the standard normal tail ÷ the density, (1 − Φ(x)) / φ(x).
 *
 * Keeps its digits where the tail itself has long become 0 in float64.
 *
 *     x < 1.5:  √(2π)/2 · e^(x²/2) − (x + x³/3 + x⁵/(3·5) + …)
 *     else:     1/(x + 1/(x + 2/(x + 3/(x + …))))
 *
 * Source: Abramowitz and Stegun, 26.2.11 and 26.2.14.
 *
 * @param x At least 0.
 * @returns To a relative 1e-14.
 * @throws {RangeError} If `x` is negative or not a number.
 */
export function millsRatio(x: number): number {
  if (!(x >= 0)) throw new RangeError(`expected x to be at least 0, got ${x}`);
  if (x < SERIES_LIMIT) {
    let sum = 0;
    let term = x;
    for (let odd = 3; sum + term !== sum; odd += 2) {
      sum += term;
      term *= (x * x) / odd;
    }
    return (SQRT_TWO_PI / 2) * Math.exp((x * x) / 2) - sum;
  }
  let fraction = x;
  for (let k = FRACTION_TERMS; k > 0; k--) fraction = x + k / fraction;
  return 1 / fraction;
}
