import type { Sharder, VdafShape, Verifier } from '#privacy/vdaf.ts';
import type { Circuit } from './circuit.ts';
import { reportBytes } from './report-bytes.ts';
import { createPrio3Shard } from './shard.ts';
import { createPrio3Verify } from './verify.ts';

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
 * @param module The compiled verify kernel, `generated/prio3-verify-kernel.wasm`.
 */
export function createPrio3Verifier(circuit: Circuit<never>, module: WebAssembly.Module): Verifier {
  const verify = createPrio3Verify(circuit, module);
  return {
    ...prio3Shape(circuit),
    verifyInit: (role, input) => verify.init(PARTY_NUMBER[role], input),
    combineVerifierShares: (ctx, leaderShare, helperShare) => verify.combine(ctx, [leaderShare, helperShare]),
    verifyNext: verify.next,
  };
}

/** What is the same for all reports of a circuit. */
export function prio3Shape(circuit: Circuit<never>): VdafShape {
  const { outputLength, elementBytes } = circuit;
  return { sizes: reportBytes(circuit, 2), outputLength, elementBytes };
}
