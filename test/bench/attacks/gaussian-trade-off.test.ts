import { describe, expect, test } from 'vitest';
import { deltaOf, noiseMultiplierFor } from '#privacy/accountant.ts';
import {
  advantageBound,
  bestAdvantage,
  bestTruePositiveRate,
  normalCdf,
  normalQuantile,
} from '../../../bench/attacks/gaussian-trade-off.ts';

// Values of Φ: Abramowitz and Stegun, table 26.1.
test.each([
  [0, 0.5],
  [0.5, 0.691462461274],
  [-1.2, 0.115069670222],
  [3.1, 0.999032396787],
])('Φ(%d) is %d, and its quantile leads back', (x, probability) => {
  expect(normalCdf(x)).toBeCloseTo(probability, 11);
  expect(normalQuantile(probability)).toBeCloseTo(x, 8);
});

test('no probability outside 0…1 has a quantile', () => {
  expect(() => normalQuantile(1)).toThrow(/expected probability to be between 0 and 1, got 1/);
});

describe('the trade-off of Gaussian noise', () => {
  test('at mu 1 and a false positive rate of 5 % names 26 % of the members', () => {
    expect(bestTruePositiveRate(0.05, 1)).toBeCloseTo(0.25951, 5);
  });

  test('has no larger advantage at any threshold than the best one', () => {
    const mu = 0.7;
    const advantages = Array.from({ length: 999 }, (_, i) => {
      const falsePositiveRate = (i + 1) / 1000;
      return bestTruePositiveRate(falsePositiveRate, mu) - falsePositiveRate;
    });
    expect(Math.max(...advantages)).toBeLessThanOrEqual(bestAdvantage(mu));
    expect(Math.max(...advantages)).toBeCloseTo(bestAdvantage(mu), 5);
  });

  test('keeps to what the accountant says of epsilon and delta, and touches it', () => {
    const mu = 1.4;
    for (const epsilon of [0.5, 2, 6]) {
      const delta = deltaOf({ noiseMultiplier: 1 / mu, releases: 1, epsilon });
      const excesses = Array.from({ length: 800 }, (_, i) => {
        const falsePositiveRate = normalCdf(-8 + i / 100);
        return bestTruePositiveRate(falsePositiveRate, mu) - Math.exp(epsilon) * falsePositiveRate;
      });
      expect(Math.max(...excesses)).toBeCloseTo(delta, 4);
    }
  });
});

test('what epsilon and delta alone allow is known, and never less than what the noise does', () => {
  expect(advantageBound({ epsilon: Math.log(3), delta: 0.01 })).toBeCloseTo(2.02 / 4, 12);
  expect(advantageBound({ epsilon: Number.POSITIVE_INFINITY, delta: 0.01 })).toBe(1);
  for (const epsilon of [1, 4, 8]) {
    const mu = 1 / noiseMultiplierFor({ epsilon, releases: 1, delta: 1e-6 });
    expect(bestAdvantage(mu)).toBeLessThan(advantageBound({ epsilon, delta: 1e-6 }));
  }
});
