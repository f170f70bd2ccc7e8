import type { VdafParameters } from '#protocol/vdaf-parameters.ts';
import { createPrio3Verifier, prio3Shape } from './prio3/two-parties.ts';
import { circuitOf } from './task-circuit.ts';
import { unverifiedVectorSumShape, unverifiedVectorSumVerifier } from './unverified-vector-sum.ts';
import type { VdafShape, Verifier } from './vdaf.ts';

/** Lengths and elements of a task's function. */
export function vdafShape(parameters: VdafParameters): VdafShape {
  return parameters.type === 'UnverifiedVectorSum'
    ? unverifiedVectorSumShape(parameters)
    : prio3Shape(circuitOf(parameters));
}

/** A party's side of a task's function. It has memory of its own: one for a round is enough. */
export type OpenVerifier = (parameters: VdafParameters) => Verifier;

/** @param kernel `generated/prio3-verify-kernel.wasm`, compiled. */
export function verifiersWith(kernel: WebAssembly.Module): OpenVerifier {
  return (parameters) =>
    parameters.type === 'UnverifiedVectorSum'
      ? unverifiedVectorSumVerifier(parameters)
      : createPrio3Verifier(circuitOf(parameters), kernel);
}
