import { type Bytes, concatBytes, utf8 } from '#protocol/bytes.ts';
import { HELPER_SEED_BYTES, REPORT_FORMAT } from '#protocol/report.ts';
import { cryptoRandom } from './random.ts';
import type { Sharder, VdafShape, Verifier, VerifyInput } from './vdaf.ts';
import { openXofHmacSha256Aes128 } from './xof-hmac-sha256-aes128.ts';

/** Domain separation: this project, this format, whose share. */
const HELPER_SHARE_DST = utf8(`vitrine report ${REPORT_FORMAT} helper share`);
const ELEMENT_BYTES = 4;
const NOTHING: Bytes = new Uint8Array();

/** @param length Elements of a measurement. */
export function unverifiedVectorSumShape({ length }: { readonly length: number }): VdafShape {
  const vectorBytes = ELEMENT_BYTES * length;
  return {
    sizes: {
      publicShare: 0,
      leaderInputShare: vectorBytes,
      helperInputShare: HELPER_SEED_BYTES,
      verifierShare: 0,
      verifierMessage: 0,
      verifyState: vectorBytes,
    },
    outputLength: length,
    elementBytes: ELEMENT_BYTES,
  };
}

/**
 * The device's side of a sum of vectors over the integers mod 2^32, without any proof.
 *
 *     helper's share = XofHmacSha256Aes128(seed, dst, ctx ‖ nonce), leader's share = units − helper's share
 *
 * Guarantees:
 * - The shares add up to the measurement exactly.
 * - Each share alone is independent of it, as far as the XOF's output is indistinguishable from
 *   uniform: the helper's is drawn before the measurement is looked at, the leader's is the
 *   measurement under that mask.
 * - The seed is fresh: 32 bytes of `random` for this report only.
 *
 * A measurement is `[length]`, from `quantizeUpdate`. Not modified.
 */
export function unverifiedVectorSumSharder({ length }: { readonly length: number }): Sharder<Int32Array> {
  return {
    async shard(units, { ctx, nonce, random = cryptoRandom }) {
      if (units.length !== length) throw new RangeError(`expected ${length} units, got ${units.length}`);
      const helperInputShare = new Uint8Array(HELPER_SEED_BYTES);
      random(helperInputShare);
      const leaderInputShare = await expandHelperShare(helperInputShare, { ctx, nonce, length });
      const share = new DataView(leaderInputShare.buffer);
      for (let i = 0, at = 0; i < length; i++, at += ELEMENT_BYTES) {
        share.setUint32(at, (units[i] as number) - share.getUint32(at, true), true);
      }
      return { publicShare: NOTHING, leaderInputShare, helperInputShare };
    },
  };
}

/** A party's side: there is nothing to verify, so whatever opens has an output share. */
export function unverifiedVectorSumVerifier({ length }: { readonly length: number }): Verifier {
  return {
    ...unverifiedVectorSumShape({ length }),
    async verifyInit(role, { inputShare, ctx, nonce }) {
      const state = role === 'leader' ? inputShare : await expandHelperShare(inputShare, { ctx, nonce, length });
      return { state, verifierShare: NOTHING };
    },
    combineVerifierShares: () => NOTHING,
    verifyNext: (outputShare) => outputShare,
  };
}

async function expandHelperShare(
  seed: Bytes,
  { ctx, nonce, length }: Pick<VerifyInput, 'ctx' | 'nonce'> & { readonly length: number },
): Promise<Bytes> {
  const xof = await openXofHmacSha256Aes128({ seed, dst: HELPER_SHARE_DST, binder: concatBytes(ctx, nonce) });
  return (await xof.next(ELEMENT_BYTES * length)).slice(); // alone in its buffer
}
