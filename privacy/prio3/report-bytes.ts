import type { VdafShape } from '#privacy/vdaf.ts';
import { type Circuit, proofLengths } from './circuit.ts';
import { SEED_BYTES } from './xof.ts';

/** How long messages are; `shard.ts` and `verify.ts` say what is in them. */
export function reportBytes(circuit: Circuit<never>, numShares: number): VdafShape['sizes'] {
  const { elementBytes, measurementLength, outputLength, jointRandLength } = circuit;
  const { proof, verifier } = proofLengths(circuit);
  const blindBytes = jointRandLength > 0 ? SEED_BYTES : 0;
  return {
    publicShare: numShares * blindBytes,
    leaderInputShare: (measurementLength + proof) * elementBytes + blindBytes,
    helperInputShare: SEED_BYTES + blindBytes,
    verifierShare: verifier * elementBytes + blindBytes,
    verifierMessage: blindBytes,
    verifyState: outputLength * elementBytes + blindBytes,
  };
}
