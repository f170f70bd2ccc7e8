/** A figure and where it lies with 95 % confidence. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Φ⁻¹(0.975). */
const Z95 = 1.959963984540054;

/**
 * The mean of independent values, by the normal approximation. What depends on each other, as the targets of one
 * draw of noise do, has to be averaged to one value before.
 *
 * @throws {RangeError} If there are fewer than two values.
 */
export function meanWithInterval(values: readonly number[]): Estimate {
  if (values.length < 2) throw new RangeError(`expected at least two values, got ${values.length}`);
  const value = mean(values);
  const variance = values.reduce((sum, other) => sum + (other - value) ** 2, 0) / (values.length - 1);
  const half = Z95 * Math.sqrt(variance / values.length);
  return { value, low: value - half, high: value + half };
}

/** Of a share of independent trials (Wilson 1927): has a width also where none or all succeeded. */
export function shareWithInterval(successes: number, trials: number): Estimate {
  if (!(trials > 0 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`expected 0 to ${trials} successes of at least one trial, got ${successes}`);
  }
  const value = successes / trials;
  const denominator = 1 + Z95 ** 2 / trials;
  const center = (value + Z95 ** 2 / (2 * trials)) / denominator;
  const half = (Z95 / denominator) * Math.sqrt((value * (1 - value)) / trials + (Z95 / (2 * trials)) ** 2);
  return { value, low: center - half, high: center + half };
}

/** Of the difference of two shares of independent trials, by their Wilson intervals (Newcombe 1998, method 10). */
export function differenceWithInterval(first: Trials, second: Trials): Estimate {
  const [a, b] = [shareWithInterval(first.successes, first.trials), shareWithInterval(second.successes, second.trials)];
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

export interface Trials {
  readonly successes: number;
  readonly trials: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Percent: `12.3 (11.8 … 12.8)`. */
export function formatShare({ value, low, high }: Estimate, digits = 1): string {
  return `${percent(value, digits)} (${percent(low, digits)} … ${percent(high, digits)})`;
}

export function percent(share: number, digits = 1): string {
  return (100 * share).toFixed(digits).replace(/^-(0\.?0*)$/, '$1');
}
