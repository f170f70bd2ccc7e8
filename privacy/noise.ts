import type { Bytes } from '#protocol/bytes.ts';
import type { Task } from '#protocol/task.ts';
import type { VdafParameters } from '#protocol/vdaf-parameters.ts';
import { discreteGaussian, type Rational } from './discrete-gaussian.ts';
import type { ElementRing } from './element-ring.ts';
import type { FillRandom } from './random.ts';
import { MIN_SENSITIVITY, sensitivityOf } from './sensitivity.ts';

/** Standard deviations are rounded up to a multiple of 1 / this. */
const STD_DEV_DENOMINATOR = 2 ** 16;

/**
 * In how many release units a sum's unit is released: a power of two.
 *
 * Noise of one or two whole counts would spend more than is counted: 1 % more epsilon at a standard deviation of
 * 1.4. So small sums are stretched before noise comes to them.
 */
export function releaseUnits(vdaf: VdafParameters): number {
  return Math.max(1, 2 ** Math.ceil(Math.log2(MIN_SENSITIVITY / sensitivityOf(vdaf))));
}

/**
 * Standard deviation of one party's noise in release units, rounded up.
 *
 * Guarantee: divided by the most that one report can change the sum, it is at least the task's noise
 * multiplier.
 *
 * @throws {RangeError} If it is no number that a sum of at most 2^53 can carry.
 */
export function noiseStdDev({ noiseMultiplier, vdaf }: Pick<Task, 'noiseMultiplier' | 'vdaf'>): Rational {
  const sensitivity = sensitivityOf(vdaf) * releaseUnits(vdaf);
  const numerator = Math.ceil(noiseMultiplier * sensitivity * STD_DEV_DENOMINATOR);
  if (!(numerator > 0 && numerator <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`expected the noise to be positive and below 2^37, got a multiplier of ${noiseMultiplier}`);
  }
  return { numerator: BigInt(numerator), denominator: BigInt(STD_DEV_DENOMINATOR) };
}

/** Standard deviation of both parties' noise together, in the sum's integers; 0 in a simulation without noise. */
export function noiseOnSum(task: Pick<Task, 'noiseMultiplier' | 'vdaf'>): number {
  if (task.noiseMultiplier === 0) return 0;
  const { numerator, denominator } = noiseStdDev(task);
  return (Math.SQRT2 * Number(numerator)) / Number(denominator) / releaseUnits(task.vdaf);
}

/**
 * Adds independent exact discrete Gaussian noise to every element.
 *
 * @param out A share of a sum, whole elements of `ring`. Modified.
 * @param stdDev Standard deviation (not variance) of each element's noise. Positive.
 * @throws {RangeError} If `stdDev` is not positive.
 */
export function addNoise(
  out: Bytes,
  { ring, stdDev, random }: { readonly ring: ElementRing; readonly stdDev: Rational; readonly random?: FillRandom },
): void {
  const sample = discreteGaussian(stdDev, random);
  ring.addIntegers(
    out,
    Float64Array.from({ length: out.length / ring.elementBytes }, () => Number(sample())),
  );
}
