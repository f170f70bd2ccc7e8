import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deltaOf, discreteSlack, epsilonOf, epsilonOfZcdp, noiseMultiplierFor, zcdpOf } from '#privacy/accountant.ts';
import { noiseStdDev, releaseUnits } from '#privacy/noise.ts';
import { millsRatio, normalDensity } from '#privacy/normal-tail.ts';
import { sensitivityOf } from '#privacy/sensitivity.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import vectors from '../vectors/gaussian-mechanism.json' with { type: 'json' };

const spending = fc.record({
  noiseMultiplier: fc.double({ min: 0.2, max: 60, noNaN: true }),
  releases: fc.integer({ min: 1, max: 40 }),
  delta: fc.double({ min: 1e-14, max: 1e-3, noNaN: true }),
});

describe('deltaOf', () => {
  test.each(vectors.deltas)(
    'is $delta at epsilon $epsilon for $releases releases with noise multiplier $noiseMultiplier',
    ({ delta, ...at }) => {
      expect(Math.abs(deltaOf(at) / delta - 1)).toBeLessThan(1e-11);
    },
  );

  test.each([
    [1.1935, 4],
    [3.7306, 1],
    [0.8, 2.5],
  ])(
    'is that of the discrete Gaussian in one dimension, at noise multiplier %d and epsilon %d',
    (noiseMultiplier, epsilon) => {
      // Sum over all integers y of the positive part of p(y) − e^ε · p(y − bound), the definition of delta.
      const stdDev = noiseMultiplier * CLIP_NORM_UNITS;
      const weight = (y: number) => Math.exp(-(y * y) / (2 * stdDev * stdDev));
      const last = Math.ceil(14 * stdDev);
      let total = 0;
      let excess = 0;
      for (let y = -last; y <= last; y++) {
        total += weight(y);
        excess += Math.max(0, weight(y) - Math.exp(epsilon) * weight(y + CLIP_NORM_UNITS));
      }
      const continuous = deltaOf({ noiseMultiplier, releases: 1, epsilon });
      expect(Math.abs(excess / total / continuous - 1)).toBeLessThan(1e-7);
    },
  );
});

describe('epsilonOf', () => {
  // Half a unit of the last digit given.
  test.each([
    { noiseMultiplier: 1, delta: 1e-5, error: 5e-7 },
    { noiseMultiplier: 2, delta: 1e-5, error: 5e-7 },
    { noiseMultiplier: 5, delta: 1e-6, error: 5e-7 },
    { noiseMultiplier: 3.730632, delta: 1e-5, error: 5e-7 },
    { noiseMultiplier: 1.1935, delta: 1e-6, error: 2e-4 }, // the multiplier is the rounded number here
  ])(
    'agrees with dp_accounting at noise multiplier $noiseMultiplier and delta $delta',
    ({ noiseMultiplier, delta, error }) => {
      const found = vectors.epsilons.find((entry) => entry.noiseMultiplier === noiseMultiplier);
      expect(found?.delta).toBe(delta);
      expect(
        Math.abs(epsilonOf({ noiseMultiplier, releases: 1, delta }) - (found?.epsilon ?? Number.NaN)),
      ).toBeLessThan(error);
    },
  );

  test.each([
    [1.1935, 1],
    [2.387, 4],
    [3.3758, 8],
  ])('is 4 at delta 1e-6 with noise multiplier %d over %d participations', (noiseMultiplier, releases) => {
    expect(Math.abs(epsilonOf({ noiseMultiplier, releases, delta: 1e-6 }) - 4)).toBeLessThan(2e-4);
  });

  test('never understates: delta holds at it and does not at a millionth less', () => {
    fc.assert(
      fc.property(spending, ({ delta, ...releases }) => {
        const epsilon = epsilonOf({ ...releases, delta });
        expect(deltaOf({ ...releases, epsilon })).toBeLessThanOrEqual(delta);
        if (epsilon > 0) expect(deltaOf({ ...releases, epsilon: epsilon * (1 - 1e-6) })).toBeGreaterThan(delta);
      }),
      { seed: 733 },
    );
  });

  test('grows with every release', () => {
    const epsilons = [1, 2, 5, 12].map((releases) => epsilonOf({ noiseMultiplier: 2.2, releases, delta: 1e-6 }));
    expect(epsilons).toEqual(epsilons.toSorted((a, b) => a - b));
    expect(new Set(epsilons).size).toBe(4);
  });

  test('is 0 where nothing was released', () => {
    expect(epsilonOf({ noiseMultiplier: 1.7, releases: 0, delta: 1e-6 })).toBe(0);
  });

  test('never exceeds what follows from zero-concentrated differential privacy', () => {
    fc.assert(
      fc.property(spending, ({ delta, ...releases }) => {
        expect(epsilonOf({ ...releases, delta })).toBeLessThanOrEqual(epsilonOfZcdp({ rho: zcdpOf(releases), delta }));
      }),
      { seed: 739 },
    );
  });

  test.each([
    { noiseMultiplier: 0, releases: 3, delta: 1e-6 },
    { noiseMultiplier: Number.NaN, releases: 3, delta: 1e-6 },
    { noiseMultiplier: 2, releases: 2.5, delta: 1e-6 },
    { noiseMultiplier: 2, releases: -3, delta: 1e-6 },
    { noiseMultiplier: 2, releases: 3, delta: 0 },
    { noiseMultiplier: 2, releases: 3, delta: 1 },
  ])('refuses %j', (spent) => {
    expect(() => epsilonOf(spent)).toThrow(RangeError);
  });
});

describe('noiseMultiplierFor', () => {
  test('inverts epsilonOf and the slack together', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 12, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 1e-12, max: 1e-3, noNaN: true }),
        (epsilon, releases, delta) => {
          const noiseMultiplier = noiseMultiplierFor({ epsilon, releases, delta });
          const spent = epsilonOf({ noiseMultiplier, releases, delta }) + discreteSlack({ noiseMultiplier, releases });
          expect(spent).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
          expect(spent).toBeGreaterThan(epsilon * (1 - 1e-6));
        },
      ),
      { seed: 743 },
    );
  });

  test('is hardly above the 3.730632 of continuous noise for one release of epsilon 1 at delta 1e-5', () => {
    const excess = noiseMultiplierFor({ epsilon: 1, releases: 1, delta: 1e-5 }) / 3.730632 - 1;
    expect(excess).toBeGreaterThan(1e-4);
    expect(excess).toBeLessThan(3e-4);
  });

  test.each([
    { epsilon: 0, releases: 3, delta: 1e-6 },
    { epsilon: Infinity, releases: 3, delta: 1e-6 },
    { epsilon: 2, releases: 0, delta: 1e-6 },
    { epsilon: 2, releases: 1.5, delta: 1e-6 },
    { epsilon: 2, releases: 3, delta: 2 },
  ])('refuses %j', (budget) => {
    expect(() => noiseMultiplierFor(budget)).toThrow(RangeError);
  });
});

describe('discreteSlack', () => {
  const sum = (length: number) => ({ type: 'UnverifiedVectorSum', length }) as const;
  const counts = { type: 'Prio3SumVec', length: 1800, maxMeasurement: 1, chunkLength: 43 } as const;
  const cells = { type: 'Prio3Histogram', length: 3600, chunkLength: 60 } as const;
  const choices = { type: 'Prio3MultihotCountVec', length: 3500, maxWeight: 40, chunkLength: 59 } as const;
  const tasks = [sum(3), sum(10_000), counts, cells, choices].flatMap((vdaf) =>
    [0.5, 1.4, 80].map((noiseMultiplier) => ({ vdaf, noiseMultiplier })),
  );

  // What of the proof depends on a task: the 1-norm of a change over the variance.
  test.each(tasks)('is enough for what is released: %j', ({ vdaf, noiseMultiplier }) => {
    const { numerator, denominator } = noiseStdDev({ vdaf, noiseMultiplier });
    const largest = Math.sqrt(vdaf.length) * sensitivityOf(vdaf) * releaseUnits(vdaf);
    const slack = largest / (Number(numerator) / Number(denominator)) ** 2;
    expect(slack).toBeLessThanOrEqual(discreteSlack({ noiseMultiplier, releases: 1 }) * (1 + 1e-12));
  });

  test('adds up over releases', () => {
    const twelve = discreteSlack({ noiseMultiplier: 1.4, releases: 12 });
    expect(twelve).toBeCloseTo(12 * discreteSlack({ noiseMultiplier: 1.4, releases: 1 }), 15);
    expect(twelve).toBeCloseTo(0.0186, 3);
  });

  const tailOf = (x: number) => normalDensity(x) * millsRatio(x);

  // By the definition of what the proof uses, on weights e^(−k²/2σ²) over all integers.
  test.each([0.033, 0.5, 1.3, 6, 41.7])(
    'stands on a discrete Gaussian that is one of the two integers next to a continuous one, at %d',
    (stdDev) => {
      const last = Math.ceil(38 * stdDev) + 2;
      const weightOf = (k: number): number => Math.exp(-(k * k) / (2 * stdDev ** 2));
      let total = weightOf(0);
      for (let k = last; k >= 1; k--) total += 2 * weightOf(k);
      let weights = 0; // from the outside in, so that small ones are not lost
      for (let k = last; k >= 1; k--) {
        weights += weightOf(k);
        const tail = weights / total;
        if (tail < 1e-250) continue;
        expect(tail).toBeGreaterThanOrEqual(tailOf(k / stdDev) * (1 - 1e-12));
        expect(tail).toBeLessThanOrEqual((k === 1 ? 0.5 : tailOf((k - 1) / stdDev)) * (1 + 1e-12));
      }
    },
  );
});

describe('zcdpOf', () => {
  test('is the releases over twice the squared noise multiplier', () => {
    expect(zcdpOf({ noiseMultiplier: 2.5, releases: 3 })).toBeCloseTo(0.24, 15);
  });
});

describe('epsilonOfZcdp', () => {
  test('is ρ + 2 √(ρ ln(1/delta))', () => {
    expect(epsilonOfZcdp({ rho: 0.24, delta: Math.exp(-6) })).toBeCloseTo(0.24 + 2 * 1.2, 12);
  });
});
