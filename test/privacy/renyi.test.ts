import { describe, expect, test } from 'vitest';
import { epsilonOfRenyi, RENYI_ORDERS, renyiOfDiscreteGaussian, renyiOfSampledGaussian } from '#privacy/renyi.ts';
import vectors from '../vectors/dp-accounting.json' with { type: 'json' };

/** Mironov, Talwar, Zhang 2019, section 3.3: the binomial sum, for integer orders. */
function renyiByBinomialSum(noiseMultiplier: number, samplingRate: number, order: number): number {
  let moment = 0;
  let binomial = 1;
  for (let k = 0; k <= order; k++) {
    const outcome = binomial * (1 - samplingRate) ** (order - k) * samplingRate ** k;
    moment += outcome * Math.exp((k * k - k) / (2 * noiseMultiplier ** 2));
    binomial = (binomial * (order - k)) / (k + 1);
  }
  return Math.log(moment) / (order - 1);
}

describe('renyiOfSampledGaussian', () => {
  test.each(vectors.subsampledGaussian.atFractionalOrders)(
    'is exact at order $order, where a series with its signs dropped is not',
    ({ steps, order, renyi, ...mechanism }) => {
      expect(Math.abs((steps * renyiOfSampledGaussian(mechanism, order)) / renyi - 1)).toBeLessThan(1e-6);
    },
  );

  test.each([
    [0.7, 0.3, 2],
    [1.3, 0.02, 7],
    [2.5, 0.4, 19],
    [6, 0.9, 33],
  ])(
    'is the binomial sum at noise multiplier %d, rate %d and the integer order %d',
    (noiseMultiplier, samplingRate, order) => {
      const expected = renyiByBinomialSum(noiseMultiplier, samplingRate, order);
      const renyi = renyiOfSampledGaussian({ noiseMultiplier, samplingRate }, order);
      expect(Math.abs(renyi / expected - 1)).toBeLessThan(1e-11);
    },
  );

  test.each([
    [0.3, 2.5],
    [1.2, 8.6],
    [5, 1024],
  ])(
    'is order / (2 · noise multiplier²) without sampling, at noise multiplier %d and order %d',
    (noiseMultiplier, order) => {
      const renyi = renyiOfSampledGaussian({ noiseMultiplier, samplingRate: 1 }, order);
      expect(Math.abs((renyi * 2 * noiseMultiplier ** 2) / order - 1)).toBeLessThan(1e-11);
    },
  );

  test.each([
    [{ noiseMultiplier: 0, samplingRate: 0.5 }, 3, /noiseMultiplier/],
    [{ noiseMultiplier: 2, samplingRate: 0 }, 3, /samplingRate/],
    [{ noiseMultiplier: 2, samplingRate: 1.5 }, 3, /samplingRate/],
    [{ noiseMultiplier: 2, samplingRate: 0.5 }, 1, /order/],
    [{ noiseMultiplier: 2, samplingRate: 0.5 }, Number.NaN, /order/],
  ])('refuses %j at order %d', (mechanism, order, message) => {
    expect(() => renyiOfSampledGaussian(mechanism, order)).toThrow(message);
  });
});

describe('epsilonOfRenyi', () => {
  test.each(vectors.subsampledGaussian.cases)(
    'agrees with dp_accounting at noise multiplier $noiseMultiplier, rate $samplingRate and $steps steps',
    ({ steps, delta, rdpEpsilon, rdpOrder, ...mechanism }) => {
      const found = epsilonOfRenyi((order) => steps * renyiOfSampledGaussian(mechanism, order), delta);
      expect(found.order).toBeCloseTo(rdpOrder, 12);
      const digits = String(rdpEpsilon).split('.')[1]?.length as number;
      expect(Math.abs(found.epsilon - rdpEpsilon)).toBeLessThan(0.51 * 10 ** -digits);
    },
  );

  test('is 0 where nothing is told', () => {
    expect(epsilonOfRenyi(() => 0, 0.3).epsilon).toBe(0);
  });

  test.each([0, 1, Number.NaN])('refuses delta %d', (delta) => {
    expect(() => epsilonOfRenyi(() => 2, delta)).toThrow(/expected delta/);
  });
});

test('orders are above 1 and rise', () => {
  expect(RENYI_ORDERS).toEqual([...new Set(RENYI_ORDERS)].toSorted((a, b) => a - b));
  expect(RENYI_ORDERS[0]).toBeCloseTo(1.1, 12);
});

describe('renyiOfDiscreteGaussian', () => {
  test('is never below the divergence of the distribution itself, and near it where that is wide', () => {
    for (const [stdDev, sensitivity, order, tightness] of [
      [0.6, 1, 3.5, 0.3],
      [3, 2, 2.5, 1e-6],
      [9, 5, 7, 1e-6],
    ] as const) {
      const log = (y: number) => -(y * y) / (2 * stdDev * stdDev);
      const reach = Math.ceil(order * sensitivity + 40 * stdDev);
      let total = 0;
      let moment = 0;
      for (let y = -reach; y <= reach; y++) {
        total += Math.exp(log(y));
        moment += Math.exp(order * log(y - sensitivity) + (1 - order) * log(y));
      }
      const exact = Math.log(moment / total) / (order - 1);
      const bound = renyiOfDiscreteGaussian({ sensitivity, stdDev }, order);
      expect(exact).toBeLessThanOrEqual(bound * (1 + 1e-12));
      expect(exact).toBeGreaterThan(bound * (1 - tightness));
    }
  });
});
