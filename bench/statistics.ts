import { seededRandom } from '#trainer/seeded-random.ts';

/** Figures of many measurements. Empty lists have none: they throw. */

const NUM_RESAMPLES = 10_000;

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * The value below which `percent` of the values lie, between two of them by straight line.
 *
 * @throws {RangeError} If there is no value.
 */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new RangeError('expected values to be at least one, got none');
  const sorted = [...values].sort((a, b) => a - b);
  const at = ((sorted.length - 1) * percent) / 100;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

/** The median and where 95 % of the medians of resamples with replacement lie (Efron 1979, percentile method). */
export function medianWithInterval(values: readonly number[]): {
  readonly value: number;
  readonly low: number;
  readonly high: number;
} {
  const random = seededRandom(20);
  const medians = Array.from({ length: NUM_RESAMPLES }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] as number)),
  );
  return { value: median(values), low: percentile(medians, 2.5), high: percentile(medians, 97.5) };
}
