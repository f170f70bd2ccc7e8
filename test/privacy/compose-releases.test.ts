import { describe, expect, test } from 'vitest';
import { discreteSlack, epsilonOf } from '#privacy/accountant.ts';
import { composeLosses } from '#privacy/compose-losses.ts';
import { epsilonOfInverseVariance, inverseVarianceOf } from '#privacy/compose-releases.ts';
import { formatEpsilon } from '#privacy/format-epsilon.ts';
import { lossOfSampledGaussian } from '#privacy/gaussian-loss.ts';
import { epsilonOfLoss } from '#privacy/privacy-loss.ts';
import { epsilonOfRenyi, renyiOfSampledGaussian } from '#privacy/renyi.ts';

describe('epsilon of releases with different noise', () => {
  // Three model updates, a shadow evaluation, metrics twice, and a round that failed.
  const NOISE_MULTIPLIERS = [1.4, 1.4, 1.7, 6, 11, 11, 1.4];
  const DELTA = 1e-6;
  const epsilon = epsilonOfInverseVariance(inverseVarianceOf(NOISE_MULTIPLIERS), DELTA);

  test('is the sum of inverse variances as one release', () => {
    expect(inverseVarianceOf([2, 4, 4])).toBeCloseTo(0.375, 15);
    const three = { noiseMultiplier: 1.3, releases: 3 };
    expect(epsilonOfInverseVariance(3 / 1.3 ** 2, DELTA)).toBeCloseTo(
      epsilonOf({ ...three, delta: DELTA }) + discreteSlack(three),
      9,
    );
  });

  test('is but for the slack what privacy losses give, composed one by one', () => {
    const parts = NOISE_MULTIPLIERS.map((noiseMultiplier) => ({
      loss: lossOfSampledGaussian({ noiseMultiplier, samplingRate: 1 }, 'remove', 1e-3),
      times: 1,
    }));
    const byLosses = epsilonOfLoss(composeLosses(parts), DELTA);
    const releases = { noiseMultiplier: inverseVarianceOf(NOISE_MULTIPLIERS) ** -0.5, releases: 1 };
    const continuous = epsilon - discreteSlack(releases);
    expect(byLosses).toBeGreaterThanOrEqual(continuous * (1 - 1e-9));
    expect(byLosses).toBeLessThan(continuous * (1 + 1e-5));
  });

  test('is below what Rényi divergences give, and near it', () => {
    const byRenyi = epsilonOfRenyi(
      (order) =>
        NOISE_MULTIPLIERS.reduce(
          (sum, noiseMultiplier) => sum + renyiOfSampledGaussian({ noiseMultiplier, samplingRate: 1 }, order),
          0,
        ),
      DELTA,
    ).epsilon;
    expect(byRenyi).toBeGreaterThan(epsilon);
    expect(byRenyi).toBeLessThan(epsilon * 1.1);
  });

  test.each([
    [[1.4], '3.35'],
    [[1.4, 1.4], '4.95'],
    [[1.4, 1.4, 1.4, 1.4], '7.38'],
    [[1.4, 1.4, 1.4, 1.4, 3], '7.62'],
    [[0.5], '11.01'],
  ])('is what is told of releases with noise multipliers %j', (noiseMultipliers, told) => {
    expect(formatEpsilon(epsilonOfInverseVariance(inverseVarianceOf(noiseMultipliers), DELTA))).toBe(told);
  });

  test('is 0 where nothing was released', () => {
    expect(epsilonOfInverseVariance(inverseVarianceOf([]), DELTA)).toBe(0);
  });

  test.each([0, -2, Number.NaN])('refuses the noise multiplier %d', (noiseMultiplier) => {
    expect(() => inverseVarianceOf([3, noiseMultiplier])).toThrow(/expected noiseMultiplier/);
  });
});
