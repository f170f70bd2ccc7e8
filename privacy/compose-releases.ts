import { discreteSlack, epsilonOf } from './accountant.ts';

/**
 * What one device spends over releases of different noise, whatever their kind: the sum of their
 * inverse variances, by which Gaussian releases compose exactly.
 *
 *     Σ noiseMultiplier⁻²
 *
 * Source: Dong, Roth, Su 2022, "Gaussian Differential Privacy", corollary 3.3.
 *
 * @param noiseMultipliers Of every release that the device was in, failed rounds and evaluations
 *   included. Each positive.
 * @throws {RangeError} If one is not positive.
 */
export function inverseVarianceOf(noiseMultipliers: readonly number[]): number {
  return noiseMultipliers.reduce((sum, noiseMultiplier) => {
    if (!(noiseMultiplier > 0)) {
      throw new RangeError(`expected noiseMultiplier to be positive, got ${noiseMultiplier}`);
    }
    return sum + noiseMultiplier ** -2;
  }, 0);
}

/**
 * Epsilon at `delta` that releases with this summed inverse variance spend at most: see `accountant.ts` for what
 * it counts and the proof.
 *
 * @param inverseVariance From {@link inverseVarianceOf}; 0 where nothing was released.
 */
export function epsilonOfInverseVariance(inverseVariance: number, delta: number): number {
  if (inverseVariance === 0) return 0;
  const together = { noiseMultiplier: inverseVariance ** -0.5, releases: 1 };
  return epsilonOf({ ...together, delta }) + discreteSlack(together);
}
