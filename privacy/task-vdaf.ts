import type { VdafParameters } from '#protocol/vdaf-parameters.ts';
import { unverifiedVectorSumVerifier } from './unverified-vector-sum.ts';
import type { Verifier } from './vdaf.ts';

export type OpenVerifier = (parameters: VdafParameters) => Verifier;

/** The parties' side of a task's function. */
export function verifierOf(parameters: VdafParameters): Verifier {
  switch (parameters.type) {
    case 'UnverifiedVectorSum':
      return unverifiedVectorSumVerifier(parameters);
    case 'Prio3SumVec':
    case 'Prio3Histogram':
    case 'Prio3MultihotCountVec':
      throw new Error('expected Prio3');
    default:
      return parameters satisfies never;
  }
}
