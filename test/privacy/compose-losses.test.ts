import { describe, expect, test } from 'vitest';
import { deltaOf, epsilonOf } from '#privacy/accountant.ts';
import { composeLosses } from '#privacy/compose-losses.ts';
import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import { lossOfDiscreteGaussian } from '#privacy/discrete-gaussian-loss.ts';
import { lossOfSampledGaussian } from '#privacy/gaussian-loss.ts';
import { noiseStdDev, releaseUnits } from '#privacy/noise.ts';
import { deltaOfLoss, epsilonOfLoss, LOSS_INTERVAL } from '#privacy/privacy-loss.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import vectors from '../vectors/dp-accounting.json' with { type: 'json' };

const DIRECTIONS = ['remove', 'add'] as const;

const HALF_A_DIGIT = 5e-7;

describe('composeLosses', () => {
  test.each(vectors.subsampledGaussian.cases)(
    'agrees with the reference at noise multiplier $noiseMultiplier, rate $samplingRate and $steps steps',
    ({ steps, delta, pldEpsilon, ...mechanism }) => {
      const epsilons = DIRECTIONS.map((direction) => {
        const loss = lossOfSampledGaussian(mechanism, direction, LOSS_INTERVAL);
        return epsilonOfLoss(composeLosses([{ loss, times: steps }]), delta);
      });
      const numDigits = String(pldEpsilon).split('.')[1]?.length as number;
      const tolerance = Math.max(HALF_A_DIGIT, 0.5 * 10 ** -numDigits);
      expect(Math.abs(Math.max(...epsilons) - pldEpsilon)).toBeLessThan(tolerance * 1.001);
    },
  );

  test('gives different losses together what one Gaussian of the summed inverse variances gives', () => {
    const lossOf = (noiseMultiplier: number) => lossOfSampledGaussian({ noiseMultiplier, samplingRate: 1 }, 'remove');
    const composed = composeLosses([
      { loss: lossOf(3), times: 2 },
      { loss: lossOf(1.7), times: 1 },
      { loss: lossOf(6), times: 5 },
    ]);
    const noiseMultiplier = (2 / 3 ** 2 + 1 / 1.7 ** 2 + 5 / 6 ** 2) ** -0.5;
    for (const epsilon of [0.35, 1.9, 4.2]) {
      const exact = deltaOf({ noiseMultiplier, releases: 1, epsilon });
      expect(deltaOfLoss(composed, epsilon) / exact).toBeGreaterThan(1 - 1e-9);
      expect(deltaOfLoss(composed, epsilon) / exact).toBeLessThan(1 + 1e-5);
    }
  });

  test('keeps what was infinite in any of them', () => {
    const loss = { ...lossOfSampledGaussian({ noiseMultiplier: 4, samplingRate: 1 }, 'add', 0.01), infiniteMass: 0.03 };
    expect(composeLosses([{ loss, times: 3 }]).infiniteMass).toBeCloseTo(1 - 0.97 ** 3, 12);
  });

  test('refuses nothing at all, and grids that do not fit each other', () => {
    const lossOf = (interval: number) =>
      lossOfSampledGaussian({ noiseMultiplier: 4, samplingRate: 1 }, 'add', interval);
    expect(() => composeLosses([])).toThrow(/expected parts/);
    expect(() =>
      composeLosses([
        { loss: lossOf(0.01), times: 2 },
        { loss: lossOf(0.02), times: 2 },
      ]),
    ).toThrow(/expected all intervals/);
  });
});

describe('the privacy loss of what a party really releases', () => {
  const histogram = { type: 'Prio3Histogram', length: 26, chunkLength: 5 } as const;
  const choices = { type: 'Prio3MultihotCountVec', length: 40, maxWeight: 8, chunkLength: 7 } as const;
  const counts = { type: 'Prio3SumVec', length: 4, maxMeasurement: 15, chunkLength: 4 } as const;

  test.each([
    ['an update', { type: 'UnverifiedVectorSum', length: 3 } as const, 1, CLIP_NORM_UNITS, 1.2, 4, 1e-6],
    ['an update', { type: 'UnverifiedVectorSum', length: 3 } as const, 1, CLIP_NORM_UNITS, 3.7306, 2, 1e-5],
    ['an update', { type: 'UnverifiedVectorSum', length: 3 } as const, 1, CLIP_NORM_UNITS, 0.8, 7, 1e-7],
    ['a cell', histogram, 1, 1, 1.4, 4, 1e-6],
    ['a cell', histogram, 1, 1, 0.5, 1, 1e-6],
    ['eight items', choices, 8, 1, 1.4, 2, 1e-6],
    ['counts at their most', counts, 4, 15, 0.6, 3, 1e-6],
  ])(
    'spends the analytic Gaussian’s epsilon to seven digits: %s (%j), %d numbers changed by %d, noise multiplier %d over %d releases, delta %d',
    (_, vdaf, numbers, change, wanted, releases, delta) => {
      const { numerator, denominator } = noiseStdDev({ noiseMultiplier: wanted, vdaf });
      const stdDev = Number(numerator) / Number(denominator);
      const sensitivity = change * releaseUnits(vdaf);
      const loss = lossOfDiscreteGaussian({ stdDev, sensitivity });
      const epsilon = epsilonOfLoss(composeLosses([{ loss, times: numbers * releases }]), delta);
      const noiseMultiplier = stdDev / (sensitivity * Math.sqrt(numbers));
      const claimed = epsilonOf({ noiseMultiplier, releases, delta });
      expect(Math.abs(epsilon / claimed - 1)).toBeLessThan(1e-7);
      expect(epsilon).toBeLessThan(epsilonOfInverseVariance(releases / noiseMultiplier ** 2, delta));
    },
  );

  test.each([
    [
      'two',
      [
        [19_660, 1],
        [26_214, 1],
      ],
    ],
    ['10,000 alike', [[327, 10_000]]],
    [
      'few large and many small',
      [
        [20_000, 2],
        [150, 6000],
      ],
    ],
  ] as const)('spends the same if a device moves %s parameters instead of one', (_, moves) => {
    const stdDev = 39_322;
    const parts = moves.map(([sensitivity, times]) => ({
      loss: lossOfDiscreteGaussian({ stdDev, sensitivity }),
      times,
    }));
    const epsilon = epsilonOfLoss(composeLosses(parts), 1e-6);
    const norm = Math.sqrt(moves.reduce((sum, [sensitivity, times]) => sum + sensitivity ** 2 * times, 0));
    const claimed = epsilonOf({ noiseMultiplier: stdDev / norm, releases: 1, delta: 1e-6 });
    expect(epsilon / claimed).toBeGreaterThan(1 - 1e-7);
    expect(epsilon / claimed).toBeLessThan(1 + 5e-5); // the grid, 10,000 times
    expect(epsilon).toBeLessThan(epsilonOfInverseVariance((norm / stdDev) ** 2, 1e-6));
  });
});
