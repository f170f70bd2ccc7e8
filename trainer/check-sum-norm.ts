import type { TaskOf } from '#protocol/task.ts';
import { InputError } from './input-error.ts';

/** A sum of honest devices may be so many times as long as the merchant's own records lead to expect. */
const TOLERANCE = 3;
/**
 * Taken for more alike than records may say: real rounds' sums measured 0.01 to 0.04 n · clipNorm, and what a model
 * has learned of the records it no longer shows.
 */
const USUAL_COHERENCE = 0.04 ** 2;
/** Noise is longer than σ · (√length + this) with a probability below e^(−this² / 2), 2e-8. */
const NOISE_SLACK = 6;

/**
 * The length that a noised sum of honest updates keeps to.
 *
 *     clipNorm · min(n, 3 · √(n + n · (n − 1) · max(coherence, 0.0016))) + √2 · σ · (√length + 6)
 *
 * No n updates within their norm add up to more than n · clipNorm. Those of different people point in many
 * directions, so an honest sum is a hundredth of that, and the merchant's own records tell how alike people are.
 *
 * It bounds what forged reports can do together, not what one can: a single one may still be as long as the bound.
 *
 * @param count Reports in the sum.
 * @param coherence From `coherenceOfRecords`: how alike updates of this round are.
 */
export function sumNormBound(
  { clipNorm, noiseMultiplier, vdaf }: Pick<TaskOf<'model-update'>, 'clipNorm' | 'noiseMultiplier' | 'vdaf'>,
  { count, coherence }: { readonly count: number; readonly coherence: number },
): number {
  const alike = TOLERANCE * Math.sqrt(count + count * (count - 1) * Math.max(coherence, USUAL_COHERENCE));
  const noise = Math.SQRT2 * noiseMultiplier * (Math.sqrt(vdaf.length) + NOISE_SLACK); // both parties'
  return clipNorm * (Math.min(count, alike) + noise);
}

/**
 * Refuses a sum that honest devices do not make: ring garbage, a report scaled up, a share of another round.
 *
 * The sum is the collector's anyway and has both parties' noise, so looking at its length costs no privacy.
 *
 * @param sum Noised, `[length]`. @param bound From {@link sumNormBound}.
 * @throws {InputError} If it is longer.
 */
export function checkSumNorm(sum: Float64Array, bound: number): void {
  let squares = 0; // by a loop: thousands of values are too many for the arguments of Math.hypot
  for (const value of sum) squares += value * value;
  const length = Math.sqrt(squares);
  if (length <= bound) return;
  throw new InputError(
    `expected the round's sum to have a length of at most ${bound.toFixed(1)}, as honest devices would make it, got ${length.toFixed(1)}; a report was forged or a share is another round's, so do not use this round`,
  );
}
