import {
  type Measurement,
  meanMetrics,
  RANKING_METRICS,
  type RankingMetric,
  type RankingMetrics,
} from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import type { Estimate, Interval, Intervals } from './evaluation.ts';

export const NUM_RESAMPLES = 1000;
const TAIL = 0.025;

/** Which session or customer each test case comes from: cases of one are not independent of each other. */
export interface Units {
  readonly numUnits: number;
  /** `[cases]`, 0 to `numUnits` − 1. */
  readonly unitOfCase: Uint32Array;
}

/** A recommender's means over cases in each resample of the units, `[NUM_RESAMPLES]` a metric. */
export type ResampledMetrics = Readonly<Record<RankingMetric, Float64Array>>;

export function unitsOf(cases: readonly Pick<TestCase, 'customer'>[]): Units {
  const unitOf = new Map<string, number>();
  const unitOfCase = Uint32Array.from(cases, ({ customer }) => {
    const unit = unitOf.get(customer) ?? unitOf.size;
    unitOf.set(customer, unit);
    return unit;
  });
  return { numUnits: unitOf.size, unitOfCase };
}

/**
 * Means over cases, in resamples of whole units with replacement: the sum of the drawn units' sums over
 * the sum of their counts (Cameron, Gelbach & Miller 2008, pairs cluster bootstrap).
 *
 * Guarantees, relied on by {@link compare}:
 * - The same units and seed draw the same resamples, whatever the columns.
 *
 * @param columns One value a case each, `[cases]`.
 * @returns `[NUM_RESAMPLES]` for each column.
 * @throws {RangeError} If there is no case.
 */
export function resampleMeans(columns: readonly Float32Array[], { units, seed }: Resampling): Float64Array[] {
  const { numUnits, unitOfCase } = units;
  if (numUnits === 0) throw new RangeError('expected units to be at least one, got none');
  const counts = sumByUnit(new Float32Array(unitOfCase.length).fill(1), units);
  const sums = columns.map((column) => sumByUnit(column, units));
  const means = columns.map(() => new Float64Array(NUM_RESAMPLES));
  const random = seededRandom(seed);
  const drawn = new Float64Array(numUnits);
  for (let resample = 0; resample < NUM_RESAMPLES; resample++) {
    drawn.fill(0);
    for (let draw = 0; draw < numUnits; draw++) {
      const unit = Math.floor(random() * numUnits);
      drawn[unit] = (drawn[unit] as number) + 1;
    }
    const numCases = dot(drawn, counts);
    for (const [column, ofColumn] of sums.entries()) {
      (means[column] as Float64Array)[resample] = dot(drawn, ofColumn) / numCases;
    }
  }
  return means;
}

export interface Resampling {
  readonly units: Units;
  readonly seed: number;
}

/** One recommender's means over cases: of all of them, and of each resample. */
export interface Resampled {
  readonly metrics: RankingMetrics;
  readonly resampled: ResampledMetrics;
}

/**
 * All metrics of recommenders that were asked the same cases, over the same resamples.
 *
 * @param measurements By name; every one of the cases that `units` was made from.
 */
export function resampleMetrics<Name extends string>(
  measurements: Readonly<Record<Name, Measurement>>,
  resampling: Resampling,
): Record<Name, Resampled> {
  const named = Object.entries<Measurement>(measurements);
  const columns = named.flatMap(([, { perCase }]) => RANKING_METRICS.map((metric) => perCase[metric]));
  const means = resampleMeans(columns, resampling); // in one go: drawing takes longer than adding up
  return Object.fromEntries(
    named.map(([name, measurement], place): [string, Resampled] => [
      name,
      {
        metrics: meanMetrics(measurement),
        resampled: perMetric((_, index) => means[place * RANKING_METRICS.length + index] as Float64Array),
      },
    ]),
  ) as Record<Name, Resampled>;
}

/** 95 % percentile interval of every metric. */
export function intervalsOf({ resampled }: Pick<Resampled, 'resampled'>): Intervals {
  return perMetric((metric) => percentileInterval(resampled[metric]));
}

/**
 * How much better one recommender is than another on the same cases. Paired: both were asked the drawn
 * units of each resample, so what makes a unit hard for both cancels out.
 *
 * @param one Resampled with the same units and seed as `other`.
 * @returns `ratio` is not finite where `other` never hits.
 */
export function compare(
  one: Resampled,
  other: Resampled,
  metric: RankingMetric,
): { difference: Estimate; ratio: Estimate } {
  const estimate = (of: (mine: number, theirs: number) => number): Estimate => ({
    value: of(one.metrics[metric], other.metrics[metric]),
    ...percentileInterval(
      one.resampled[metric].map((mine, resample) => of(mine, other.resampled[metric][resample] as number)),
    ),
  });
  return { difference: estimate((mine, theirs) => mine - theirs), ratio: estimate((mine, theirs) => mine / theirs) };
}

/** The middle 95 % of resampled values, interpolated between them. `resampled` is not modified. */
export function percentileInterval(resampled: Float64Array): Interval {
  const sorted = resampled.toSorted();
  return { low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
}

/** `sorted` ascending, not empty. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

function sumByUnit(values: Float32Array, { numUnits, unitOfCase }: Units): Float64Array {
  if (values.length !== unitOfCase.length)
    throw new RangeError(`expected a value for each of ${unitOfCase.length} cases, got ${values.length}`);
  const sums = new Float64Array(numUnits);
  for (let index = 0; index < values.length; index++) {
    const unit = unitOfCase[index] as number;
    sums[unit] = (sums[unit] as number) + (values[index] as number);
  }
  return sums;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function perMetric<Value>(valueAt: (metric: RankingMetric, index: number) => Value): Record<RankingMetric, Value> {
  return Object.fromEntries(RANKING_METRICS.map((metric, index) => [metric, valueAt(metric, index)])) as Record<
    RankingMetric,
    Value
  >;
}
