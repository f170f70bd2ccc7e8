import type { Bytes } from '#protocol/bytes.ts';
import type { ElementRing } from './element-ring.ts';

/**
 * The noised sum of a round, from both parties' released shares, in the sum's integers.
 *
 * @param leaderShare Not modified.
 * @param helperShare As long. Not modified.
 * @returns One number an element, signed: noise may take a count below 0.
 * @throws {RangeError} If the shares' lengths differ, or an element is none that honest parties and
 *   devices could have summed up to.
 */
export function unshard(leaderShare: Bytes, helperShare: Bytes, ring: ElementRing): Float64Array {
  const sum = leaderShare.slice();
  ring.add(sum, helperShare);
  return ring.toIntegers(sum);
}

/**
 * The mean of a round's updates.
 *
 *     meanUpdate = sum / scale / count
 *
 * @param sum From {@link unshard}, `[length]`, in ring units. Not modified.
 * @param scale Units per 1.0.
 * @param count Reports in the sum. At least 1.
 * @returns `[length]`.
 * @throws {RangeError} If `count` is no such number.
 */
export function meanUpdate(
  sum: Float64Array,
  { scale, count }: { readonly scale: number; readonly count: number },
): Float32Array {
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`expected count to be at least 1, got ${count}`);
  return Float32Array.from(sum, (value) => value / scale / count);
}
