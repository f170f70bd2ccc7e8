import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deltaOf, epsilonOf } from '#privacy/accountant.ts';
import { lossOfDiscreteGaussian } from '#privacy/discrete-gaussian-loss.ts';
import { lossOfSampledGaussian } from '#privacy/gaussian-loss.ts';
import { deltaOfLoss, discretizeLosses, epsilonOfLoss } from '#privacy/privacy-loss.ts';

/** Probabilities of seven losses, as whole numbers before scaling. */
const outcomes = fc.array(
  fc.record({ weight: fc.integer({ min: 2, max: 90 }), loss: fc.double({ min: -3, max: 3, noNaN: true }) }),
  { minLength: 7, maxLength: 7 },
);

describe('discretizeLosses', () => {
  test('never understates delta, and is exact at the losses of the grid', () => {
    fc.assert(
      fc.property(outcomes, fc.double({ min: 0, max: 2.9, noNaN: true }), (raw, epsilon) => {
        const total = raw.reduce((sum, { weight }) => sum + weight, 0);
        const exactDelta = (at: number) =>
          raw.reduce((sum, { weight, loss }) => sum + (weight / total) * Math.max(0, 1 - Math.exp(at - loss)), 0);
        const interval = 0.07;
        const gridded = discretizeLosses({ interval, lowest: -60, highest: 60 }, (add) => {
          for (const { weight, loss } of raw) add(weight / total, loss);
        });
        expect(deltaOfLoss(gridded, epsilon)).toBeGreaterThanOrEqual(exactDelta(epsilon) - 1e-14);
        const onGrid = Math.round(epsilon / interval) * interval;
        expect(Math.abs(deltaOfLoss(gridded, onGrid) - exactDelta(onGrid))).toBeLessThan(1e-13);
      }),
      { seed: 811 },
    );
  });

  test('raises what is below the grid and counts what is above as infinite', () => {
    const { masses, infiniteMass } = discretizeLosses({ interval: 0.5, lowest: -2, highest: 3 }, (add) => {
      add(0.3, -7);
      add(0.7, 7);
    });
    expect(masses[0]).toBeCloseTo(0.3, 14);
    expect(infiniteMass).toBeCloseTo(0.7, 14);
  });
});

describe('epsilonOfLoss', () => {
  test('inverts deltaOfLoss', () => {
    const loss = lossOfSampledGaussian({ noiseMultiplier: 0.9, samplingRate: 0.3 }, 'remove', 0.02);
    for (const delta of [1e-9, 3e-5, 0.02]) {
      expect(deltaOfLoss(loss, epsilonOfLoss(loss, delta)) / delta).toBeCloseTo(1, 9);
    }
  });

  test('is 0 where delta allows all, and infinite where it allows less than is lost', () => {
    const loss = lossOfSampledGaussian({ noiseMultiplier: 9, samplingRate: 1 }, 'add', 0.02);
    expect(epsilonOfLoss(loss, 0.4)).toBe(0);
    expect(epsilonOfLoss({ ...loss, infiniteMass: 0.002 }, 0.001)).toBe(Infinity);
  });

  test.each([0, 1, -0.5, Number.NaN])('refuses delta %d', (delta) => {
    const loss = lossOfSampledGaussian({ noiseMultiplier: 9, samplingRate: 1 }, 'add', 0.5);
    expect(() => epsilonOfLoss(loss, delta)).toThrow(/expected delta/);
  });
});

describe('the loss of one Gaussian release', () => {
  test.each(['remove', 'add'] as const)('is that of the analytic Gaussian from both sides: %s', (direction) => {
    const loss = lossOfSampledGaussian({ noiseMultiplier: 1.4, samplingRate: 1 }, direction, 1e-3);
    expect(loss.masses.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 13);
    for (const epsilon of [0.3, 1.7, 3.9]) {
      const exact = deltaOf({ noiseMultiplier: 1.4, releases: 1, epsilon });
      expect(Math.abs(deltaOfLoss(loss, epsilon) / exact - 1)).toBeLessThan(1e-8);
    }
  });

  test('says less where a device is in it more seldom', () => {
    const epsilonAt = (samplingRate: number) =>
      epsilonOfLoss(lossOfSampledGaussian({ noiseMultiplier: 1.4, samplingRate }, 'remove', 1e-3), 1e-5);
    expect(epsilonAt(0.2)).toBeLessThan(epsilonAt(0.6));
    expect(epsilonAt(0.6)).toBeLessThan(epsilonAt(1));
    expect(epsilonAt(1)).toBeCloseTo(epsilonOf({ noiseMultiplier: 1.4, releases: 1, delta: 1e-5 }), 5);
  });

  test.each([
    [{ noiseMultiplier: -2, samplingRate: 0.5 }, /noiseMultiplier/],
    [{ noiseMultiplier: 2, samplingRate: 0 }, /samplingRate/],
    [{ noiseMultiplier: 2, samplingRate: 1.01 }, /samplingRate/],
  ])('refuses %j', (mechanism, message) => {
    expect(() => lossOfSampledGaussian(mechanism, 'add')).toThrow(message);
  });
});

describe('the loss of the discrete Gaussian', () => {
  test.each([
    [0.7, 1],
    [2.5, 3],
    [40, 33],
  ])('is that of its probabilities, at standard deviation %d and sensitivity %d', (stdDev, sensitivity) => {
    const loss = lossOfDiscreteGaussian({ stdDev, sensitivity }, 1e-3);
    const weight = (y: number) => Math.exp(-(y * y) / (2 * stdDev * stdDev));
    const last = Math.ceil(14 * stdDev) + sensitivity;
    for (const epsilon of [0.5, 1.25, 3]) {
      let [total, excess] = [0, 0];
      for (let y = -last; y <= last; y++) {
        total += weight(y);
        excess += Math.max(0, weight(y) - Math.exp(epsilon) * weight(y + sensitivity));
      }
      // Exact at the grid's losses, and epsilon is one of them.
      expect(Math.abs(deltaOfLoss(loss, epsilon) - excess / total)).toBeLessThan(1e-12);
    }
  });

  test.each([
    [{ stdDev: 0, sensitivity: 3 }, /stdDev/],
    [{ stdDev: 4, sensitivity: 2.5 }, /sensitivity/],
    [{ stdDev: 4, sensitivity: 0 }, /sensitivity/],
  ])('refuses %j', (noise, message) => {
    expect(() => lossOfDiscreteGaussian(noise)).toThrow(message);
  });
});
