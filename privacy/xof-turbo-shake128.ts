import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import { checkXofInput, type XofInput } from './xof.ts';

/** TurboSHAKE128's domain byte for this XOF. */
const DOMAIN = 1;

/**
 * Starts the XOF that is a sponge: XofTurboShake128 (VDAF,
 * draft-irtf-cfrg-vdaf-18 section 6.2.1).
 *
 *     stream = TurboSHAKE128(u16 dst.length ‖ dst ‖ u8 seed.length ‖ seed ‖ binder, domain 1)
 *
 * Source: draft-irtf-cfrg-vdaf `poc/vdaf_poc/xof.py`; TurboSHAKE128 is RFC 9861 section 2.
 *
 * @returns A stream that answers at once.
 * @throws {RangeError} If the seed or the tag has another length than {@link XofInput} says.
 */
export function openXofTurboShake128(input: XofInput): { next(numBytes: number): Bytes } {
  checkXofInput(input);
  const { seed, dst, binder } = input;
  const sponge = turboshake128.create({ D: DOMAIN });
  sponge.update(concatBytes(new Uint8Array([dst.length, 0]), dst, new Uint8Array([seed.length]), seed, binder));
  return { next: (numBytes) => sponge.xofInto(new Uint8Array(numBytes)) as Bytes };
}
