import { describe, expect, test } from 'vitest';
import {
  compare,
  intervalsOf,
  NUM_RESAMPLES,
  percentileInterval,
  resampleMeans,
  resampleMetrics,
  unitsOf,
} from '#trainer/evaluation/bootstrap.ts';
import { type Measurement, RANKING_METRICS, type RankingMetric } from '#trainer/measure-ranking.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';

const SEED = 411;
/**
 * How far an end of the interval may lie from its closed form, in standard errors of the mean. A 2.5 %
 * quantile of 1,000 resamples has a standard error of √(0.025 · 0.975 / 1000) / φ(1.96) = 0.085 of these;
 * false alarm beyond 0.45, 5.3 of them: 1e-7. Cases in place of units, or √2 too wide, is beyond 0.8.
 */
const TOLERANCE = 0.45;

const unitsOfNames = (names: readonly (string | number)[]) => unitsOf(names.map((name) => ({ customer: `${name}` })));
const meanOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const bernoulli = (random: Random, share: number): number => (random() < share ? 1 : 0);

function intervalOf(values: Float32Array, names: readonly (string | number)[]) {
  const [means] = resampleMeans([values], { units: unitsOfNames(names), seed: SEED });
  return percentileInterval(means as Float64Array);
}

function expectNormal({ low, high }: { low: number; high: number }, mean: number, standardError: number) {
  expect(Math.abs(low - (mean - 1.96 * standardError)) / standardError).toBeLessThan(TOLERANCE);
  expect(Math.abs(high - (mean + 1.96 * standardError)) / standardError).toBeLessThan(TOLERANCE);
}

describe('the interval of a mean', () => {
  test('is the normal one where each of many units has one case', () => {
    const random = seededRandom(412);
    const values = Float32Array.from({ length: 4000 }, () => bernoulli(random, 0.3));
    const mean = meanOf(values);
    const interval = intervalOf(
      values,
      Array.from(values, (_, index) => index),
    );
    expectNormal(interval, mean, Math.sqrt((mean * (1 - mean)) / 4000));
  });

  test('is that of a ratio of sums where units have cases of unlike number', () => {
    const random = seededRandom(413);
    const names: number[] = [];
    const values: number[] = [];
    let squares = 0;
    const units = Array.from({ length: 3000 }, (_, unit) => {
      const numCases = 1 + Math.floor(random() * 7);
      const share = random() / numCases; // busy customers are harder
      return { unit, hits: Array.from({ length: numCases }, () => bernoulli(random, share)) };
    });
    for (const { unit, hits } of units) {
      names.push(...hits.map(() => unit));
      values.push(...hits);
    }
    const mean = meanOf(values);
    // The delta method's variance of Σ sums / Σ counts.
    for (const { hits } of units) squares += (hits.reduce((sum, hit) => sum + hit, 0) - mean * hits.length) ** 2;
    expectNormal(intervalOf(Float32Array.from(values), names), mean, Math.sqrt(squares) / values.length);
  });

  test('does not narrow when each case is duplicated inside its unit', () => {
    const random = seededRandom(414);
    const values = Array.from({ length: 600 }, () => bernoulli(random, 0.4));
    const names = values.map((_, index) => Math.floor(index / 3));
    const five = [0, 1, 2, 3, 4];
    const once = intervalOf(Float32Array.from(values), names);
    const duplicated = intervalOf(
      Float32Array.from(five.flatMap(() => values)),
      five.flatMap(() => names),
    );
    expect(duplicated.low).toBeCloseTo(once.low, 12);
    expect(duplicated.high).toBeCloseTo(once.high, 12);
    expect(once.high - once.low).toBeGreaterThan(0.05);
  });

  test('is the same again with the same seed, and another with another', () => {
    const random = seededRandom(415);
    const values = Float32Array.from({ length: 90 }, () => random());
    const units = unitsOfNames(Array.from(values, (_, index) => index));
    const draw = (seed: number) => resampleMeans([values], { units, seed })[0];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7)).toHaveLength(NUM_RESAMPLES);
  });

  test('needs a case', () => {
    expect(() => resampleMeans([], { units: unitsOf([]), seed: SEED })).toThrow('expected units to be at least one');
  });

  test('needs a value for each case', () => {
    expect(() => resampleMeans([new Float32Array(2)], { units: unitsOfNames(['ann']), seed: SEED })).toThrow(
      'expected a value for each of 1 cases, got 2',
    );
  });
});

describe('two recommenders on the same cases', () => {
  const NUM_CASES = 2000;
  const units = unitsOfNames(Array.from({ length: NUM_CASES }, (_, index) => index % 500));

  function measured(valueAt: (index: number, metric: RankingMetric) => number): Measurement {
    const perCase = Object.fromEntries(
      RANKING_METRICS.map((metric) => [
        metric,
        Float32Array.from({ length: NUM_CASES }, (_, index) => valueAt(index, metric)),
      ]),
    ) as Record<RankingMetric, Float32Array>;
    return { perCase, lists: [], latenciesMs: new Float32Array(NUM_CASES) };
  }

  function compared(one: Measurement, other: Measurement, metric: RankingMetric) {
    const resampled = resampleMetrics({ one, other }, { units, seed: SEED });
    return compare(resampled.one, resampled.other, metric);
  }

  const random = seededRandom(416);
  const hard = Array.from({ length: NUM_CASES }, () => random());

  test('that differ by the same in every case have a difference without doubt', () => {
    const { difference } = compared(
      measured((index) => (hard[index] as number) + 0.25),
      measured((index) => hard[index] as number),
      'ndcgAt10',
    );
    expect(difference.value).toBeCloseTo(0.25, 6);
    expect(difference.low).toBeCloseTo(0.25, 6);
    expect(difference.high).toBeCloseTo(0.25, 6);
  });

  test('of which one is better by the same factor in every case have a ratio without doubt', () => {
    const { ratio } = compared(
      measured((index) => (hard[index] as number) * 1.3),
      measured((index) => hard[index] as number),
      'recallAt20',
    );
    expect(ratio.value).toBeCloseTo(1.3, 6);
    expect(ratio.low).toBeCloseTo(1.3, 6);
    expect(ratio.high).toBeCloseTo(1.3, 6);
  });

  test('that err apart have the normal interval of their difference', () => {
    const other = Array.from({ length: NUM_CASES }, () => random() * 0.9);
    const { difference } = compared(
      measured((index) => hard[index] as number),
      measured((index) => other[index] as number),
      'mrrAt20',
    );
    const byUnit = Array.from({ length: 500 }, (_, unit) =>
      meanOf([0, 1, 2, 3].map((k) => (hard[unit + 500 * k] as number) - (other[unit + 500 * k] as number))),
    );
    const mean = meanOf(byUnit);
    const variance = meanOf(byUnit.map((value) => (value - mean) ** 2));
    expectNormal(difference, mean, Math.sqrt(variance / 500));
  });

  test('are compared by the metric named, and each metric has its own mean and interval', () => {
    const one = measured((index, metric) => (hard[index] as number) * (metric === 'recallAt10' ? 0.6 : 0.2));
    const resampled = resampleMetrics(
      { one, half: measured((index) => (hard[index] as number) / 2) },
      { units, seed: SEED },
    );
    expect(resampled.one.metrics.recallAt10).toBeCloseTo(0.6 * meanOf(hard), 6);
    expect(resampled.half.metrics.recallAt10).toBeCloseTo(0.5 * meanOf(hard), 6);
    const intervals = intervalsOf(resampled.one);
    expect(intervals.recallAt10.low / intervals.mrrAt10.low).toBeCloseTo(3, 5);
    expect(compare(resampled.one, resampled.half, 'recallAt10').ratio.low).toBeCloseTo(1.2, 5);
    expect(compare(resampled.one, resampled.half, 'mrrAt10').ratio.high).toBeCloseTo(0.4, 5);
  });
});

test('the units of cases are their customers', () => {
  expect(unitsOfNames(['ann', 'bob', 'ann', 'cem'])).toEqual({ numUnits: 3, unitOfCase: Uint32Array.of(0, 1, 0, 2) });
});

test('an interval is between the 2.5th and the 97.5th of a hundred steps', () => {
  const steps = Float64Array.from({ length: 101 }, (_, step) => 100 - step);
  expect(percentileInterval(steps)).toEqual({ low: expect.closeTo(2.5, 9), high: expect.closeTo(97.5, 9) });
  expect(steps[0]).toBe(100); // not sorted in place
});
