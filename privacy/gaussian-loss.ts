import { discretizeLosses, LOSS_INTERVAL, type PrivacyLoss } from './privacy-loss.ts';

/** Standard deviations from the means to where the density is given up. */
const REACH = 10;
/** Above what lies further out: counted as infinite loss. */
const TAIL_MASS = 1e-20;

/** Longest stretch, in standard deviations, over which the five points below integrate to float64. */
const PANEL = 0.125;

/** Gauss–Legendre points and weights on −1…1 (Abramowitz and Stegun, table 25.4, n = 5). */
const QUADRATURE = [
  [-0.906179845938664, 0.2369268850561891],
  [-0.5384693101056831, 0.4786286704993665],
  [0, 0.5688888888888889],
  [0.5384693101056831, 0.4786286704993665],
  [0.906179845938664, 0.2369268850561891],
] as const;

export interface SampledGaussian {
  /** Standard deviation of the noise ÷ a device's norm bound. Positive. */
  readonly noiseMultiplier: number;
  /** Probability that a device is in a release, independently of all else. Above 0, at most 1. */
  readonly samplingRate: number;
}

/**
 * Privacy loss of one release of the Poisson-sampled Gaussian mechanism.
 *
 * Between two losses of the grid the density is integrated by Gauss's rule, so that the only error
 * beside rounding is that of the grid.
 *
 * Vitrine claims no amplification by sampling, since browsers cannot be Poisson-sampled: a rate
 * below 1 serves to compare this accountant with others.
 *
 * @param direction Whether the output comes from the data with the device (`remove`) or from those
 *   without (`add`). What is private against both has the larger epsilon of the two; at rate 1 they
 *   are the same.
 * @param interval Nats.
 */
export function lossOfSampledGaussian(
  { noiseMultiplier, samplingRate }: SampledGaussian,
  direction: 'remove' | 'add',
  interval = LOSS_INTERVAL,
): PrivacyLoss {
  if (!(noiseMultiplier > 0 && noiseMultiplier < Infinity)) {
    throw new RangeError(`expected noiseMultiplier to be positive and finite, got ${noiseMultiplier}`);
  }
  if (!(samplingRate > 0 && samplingRate <= 1)) {
    throw new RangeError(`expected samplingRate to be above 0 and at most 1, got ${samplingRate}`);
  }
  const variance = noiseMultiplier * noiseMultiplier;
  const peak = 1 / (noiseMultiplier * Math.sqrt(2 * Math.PI));
  const density = (x: number) => peak * Math.exp(-(x * x) / (2 * variance));
  const mixture = (x: number) => (1 - samplingRate) * density(x) + samplingRate * density(x - 1);
  // ln(mixture ÷ density): it grows with x, and ends at ln(1 − samplingRate).
  const logRatio = (x: number) => {
    const exponent = (2 * x - 1) / (2 * variance);
    return samplingRate === 1 ? exponent : Math.log1p(samplingRate * Math.expm1(exponent));
  };
  const whereRatio = (log: number) => {
    const ratio = Math.expm1(log) / samplingRate;
    return ratio > -1 ? 0.5 + variance * (samplingRate === 1 ? log : Math.log1p(ratio)) : -Infinity;
  };

  const from = -REACH * noiseMultiplier;
  const to = 1 + REACH * noiseMultiplier;
  const firstCell = Math.floor(logRatio(from) / interval);
  const endCell = Math.ceil(logRatio(to) / interval);
  const sign = direction === 'remove' ? 1 : -1;
  const outputDensity = direction === 'remove' ? mixture : density;
  const [lowest, highest] = direction === 'remove' ? [firstCell, endCell] : [-endCell, -firstCell];
  const loss = discretizeLosses({ interval, lowest, highest }, (add) => {
    for (let cell = firstCell; cell < endCell; cell++) {
      const start = Math.max(from, whereRatio(cell * interval));
      const end = Math.min(to, whereRatio((cell + 1) * interval));
      // Far below 0 the loss hardly changes and a cell is wide.
      const numPanels = Math.max(1, Math.ceil((end - start) / (PANEL * noiseMultiplier)));
      const half = (end - start) / (2 * numPanels);
      for (let panel = 0; panel < numPanels; panel++) {
        const middle = start + (2 * panel + 1) * half;
        for (const [point, weight] of QUADRATURE) {
          const x = middle + point * half;
          add(weight * half * outputDensity(x), sign * logRatio(x));
        }
      }
    }
  });
  return { ...loss, infiniteMass: loss.infiniteMass + TAIL_MASS };
}
