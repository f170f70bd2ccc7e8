import { CLIP_NORM_UNITS, type TaskOf } from '#protocol/task.ts';
import { clipUpdate } from './clip.ts';
import { toFixedPoint } from './fixed-point.ts';
import { cryptoRandom, type FillRandom } from './random.ts';

/**
 * An update as a `model-update` task adds it up: clipped, then rounded at random to integers.
 *
 * Guarantee: the result's integer L2 norm is at most `CLIP_NORM_UNITS`, whatever finite update comes in.
 *
 * @param update New minus old parameters, `[length]`. Not modified.
 * @returns `[length]`, in ring units.
 * @throws {RangeError} If `update` has a non-finite value.
 */
export function quantizeUpdate(
  update: Float32Array,
  {
    clipNorm,
    scale,
    random = cryptoRandom,
  }: Pick<TaskOf<'model-update'>, 'clipNorm' | 'scale'> & { readonly random?: FillRandom },
): Int32Array {
  const { clipped } = clipUpdate(update, clipNorm);
  return toFixedPoint(clipped, { scale, maxNormUnits: CLIP_NORM_UNITS, random });
}
