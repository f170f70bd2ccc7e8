import { CLIP_NORM_UNITS, type Task } from '#protocol/task.ts';
import { discreteGaussian } from './discrete-gaussian.ts';
import type { FillRandom } from './random.ts';

/**
 * Standard deviation of one party's noise in ring units: an integer, rounded up.
 *
 * Guarantee: divided by the norm bound of one device, it is at least the task's noise multiplier.
 */
export function noiseStdDevUnits({ noiseMultiplier }: Pick<Task, 'noiseMultiplier'>): number {
  return Math.ceil(noiseMultiplier * CLIP_NORM_UNITS);
}

/**
 * Adds independent discrete Gaussian noise to every element, mod 2^32.
 *
 * @param out A share of a sum, `[numParams]`. Modified.
 * @param stdDevUnits Standard deviation (not variance) of each element's noise. An integer in
 *   1…2^31 − 1.
 * @throws {RangeError} If `stdDevUnits` is anything else.
 */
export function addNoise(out: Uint32Array, stdDevUnits: number, random?: FillRandom): void {
  if (!(Number.isInteger(stdDevUnits) && stdDevUnits > 0 && stdDevUnits < 2 ** 31)) {
    throw new RangeError(`expected stdDevUnits to be an integer in 1…2^31 − 1, got ${stdDevUnits}`);
  }
  const sample = discreteGaussian({ numerator: BigInt(stdDevUnits), denominator: 1n }, random);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + Number(sample());
}
