import { alignedCopy, type Bytes, concatBytes, fromHex, utf8 } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { HELPER_SEED_BYTES, REPORT_FORMAT } from '#protocol/report.ts';
import { cryptoRandom, type FillRandom } from './random.ts';
import { openXofHmacSha256Aes128 } from './xof-hmac-sha256-aes128.ts';

// A share is a vector over the integers mod 2^32: every store into a Uint32Array reduces.

/** Domain separation: this project, this format, whose share. */
const HELPER_SHARE_DST = utf8(`vitrine report ${REPORT_FORMAT} helper share`);

/** What a share is bound to, so that one seed in two reports would still give two masks. */
export interface ShareBinding {
  readonly taskId: TaskId;
  /** `[REPORT_ID_BYTES]`. */
  readonly reportId: Bytes;
}

/**
 * Splits an update into two shares that add up to it mod 2^32.
 *
 * Guarantees:
 * - The shares add up to the update exactly.
 * - Each share alone is independent of the update, as far as the XOF's output is indistinguishable
 *   from uniform: the helper's is drawn before the update is looked at, the leader's is the update
 *   under that mask.
 * - The seed is fresh: 32 bytes of `random` for this report only.
 *
 * @param units From `toFixedPoint`, `[numParams]`. Not modified.
 * @returns The leader's share, `[numParams]`, and the seed of the helper's.
 */
export async function splitUpdate(
  units: Int32Array,
  { taskId, reportId, random = cryptoRandom }: ShareBinding & { readonly random?: FillRandom },
): Promise<{ readonly leaderShare: Uint32Array<ArrayBuffer>; readonly helperSeed: Bytes }> {
  const helperSeed = new Uint8Array(HELPER_SEED_BYTES);
  random(helperSeed);
  const leaderShare = await expandHelperShare({ seed: helperSeed, taskId, reportId, numParams: units.length });
  for (let i = 0; i < leaderShare.length; i++) leaderShare[i] = (units[i] as number) - (leaderShare[i] as number);
  return { leaderShare, helperSeed };
}

/**
 * The helper's share, from its seed: XofHmacSha256Aes128 with binder `u8[32] taskId | u8[16] reportId`.
 *
 * @param seed `[HELPER_SEED_BYTES]`.
 * @returns `[numParams]`.
 * @throws {RangeError} If the seed has another length.
 */
export async function expandHelperShare({
  seed,
  taskId,
  reportId,
  numParams,
}: ShareBinding & { readonly seed: Bytes; readonly numParams: number }): Promise<Uint32Array<ArrayBuffer>> {
  const binder = concatBytes(fromHex(taskId), reportId);
  const xof = await openXofHmacSha256Aes128({ seed, dst: HELPER_SHARE_DST, binder });
  return shareOfBytes(await xof.next(4 * numParams));
}

/**
 * Adds a share to a sum, mod 2^32.
 *
 * @param out The sum, `[numParams]`. Modified.
 * @param share `[numParams]`. Not kept.
 * @throws {RangeError} If the lengths differ.
 */
export function addShare(out: Uint32Array, share: Uint32Array): void {
  if (share.length !== out.length)
    throw new RangeError(`expected share to have ${out.length} elements, got ${share.length}`);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + (share[i] as number);
}

/**
 * A share's bytes: `u32[numParams]`, little-endian.
 *
 * @returns A view, not a copy.
 */
export function bytesOfShare(share: Uint32Array<ArrayBuffer>): Bytes {
  return new Uint8Array(share.buffer, share.byteOffset, share.byteLength);
}

/**
 * The share of {@link bytesOfShare}'s bytes.
 *
 * @param bytes Their length already checked: a multiple of 4.
 * @returns A copy.
 */
export function shareOfBytes(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  return new Uint32Array(alignedCopy(bytes));
}
