import type { Sharder, VdafShape, Verifier } from '#privacy/vdaf.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Circuit } from './circuit.ts';
import { reportBytes } from './report-bytes.ts';
import { createPrio3Shard } from './shard.ts';
import { createPrio3Verify } from './verify.ts';
import { SEED_BYTES } from './xof.ts';

const PARTY_NUMBER = { leader: 0, helper: 1 } as const;

/**
 * The device's side of Prio3, for leader and helper.
 *
 * @param module The compiled shard kernel: see `shard-module.ts`.
 */
export function createPrio3Sharder<Measurement>(
  circuit: Circuit<Measurement>,
  module: WebAssembly.Module,
): Sharder<Measurement> {
  const shard = createPrio3Shard(circuit, module);
  return {
    shard(measurement, how) {
      const { publicShare, inputShares } = shard(measurement, how);
      const [leaderInputShare, helperInputShare] = inputShares as [(typeof inputShares)[0], (typeof inputShares)[0]];
      return { publicShare, leaderInputShare, helperInputShare };
    },
  };
}

/**
 * A party's side of Prio3.
 *
 * Stricter than the draft in one thing: a party refuses a report whose public share names another joint randomness
 * part than its own. A leader that begins and a helper that ends a verification can then not come to different
 * verdicts, whatever the device has sent.
 *
 * @param module The compiled verify kernel, `generated/prio3-verify-kernel.wasm`.
 */
export function createPrio3Verifier(circuit: Circuit<never>, module: WebAssembly.Module): Verifier {
  const verify = createPrio3Verify(circuit, module);
  return {
    ...prio3Shape(circuit),
    verifyInit(role, input) {
      const start = verify.init(PARTY_NUMBER[role], input);
      checkOwnPart(PARTY_NUMBER[role], input.publicShare, start.verifierShare);
      return start;
    },
    combineVerifierShares: (ctx, leaderShare, helperShare) => verify.combine(ctx, [leaderShare, helperShare]),
    verifyNext: verify.next,
  };
}

/** What is the same for all reports of a circuit. */
export function prio3Shape(circuit: Circuit<never>): VdafShape {
  const { outputLength, elementBytes } = circuit;
  return { sizes: reportBytes(circuit, 2), outputLength, elementBytes };
}

/** @throws {ProtocolError} `report-invalid` if a party's part of the joint randomness is not what the device says. */
function checkOwnPart(party: number, publicShare: Uint8Array, verifierShare: Uint8Array): void {
  if (publicShare.length === 0) return; // no joint randomness
  const stated = publicShare.subarray(party * SEED_BYTES, (party + 1) * SEED_BYTES);
  const own = verifierShare.subarray(-SEED_BYTES);
  if (stated.some((byte, i) => byte !== own[i])) {
    throw new ProtocolError('report-invalid', 'expected this party’s part of the joint randomness, got another');
  }
}
