import type { Bytes } from '#protocol/bytes.ts';
import type { VdafParameters } from '#protocol/vdaf-parameters.ts';
import type { ElementRing } from './element-ring.ts';
import { releaseUnits } from './noise.ts';

/**
 * The noised sum of a round, from both parties' released shares, in the sum's integers.
 *
 * @param leaderShare Not modified.
 * @param helperShare As long. Not modified.
 * @returns One number an element, signed: noise may take a count below 0.
 * @throws {RangeError} If the shares' lengths differ, or an element is none that honest parties and
 *   devices could have summed up to.
 */
export function collect(
  leaderShare: Bytes,
  helperShare: Bytes,
  { ring, vdaf }: { readonly ring: ElementRing; readonly vdaf: VdafParameters },
): Float64Array {
  const units = releaseUnits(vdaf);
  return unshard(leaderShare, helperShare, ring).map((value) => value / units);
}

/**
 * What two shares of a measurement or of a sum without noise add up to.
 *
 * @param leaderShare Not modified.
 * @param helperShare As long. Not modified.
 * @returns One integer an element, signed.
 * @throws {RangeError} If the shares' lengths differ, or an element is none that devices could have summed up to.
 */
export function unshard(leaderShare: Bytes, helperShare: Bytes, ring: ElementRing): Float64Array {
  const sum = leaderShare.slice();
  ring.add(sum, helperShare);
  return ring.toIntegers(sum);
}
