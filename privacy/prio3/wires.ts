import { type Circuit, proofLengths } from './circuit.ts';
import type { CommonKernel, OpenKernel } from './kernel.ts';

/** What {@link fillWires} reads and writes. */
export type WireVectors = 'wires' | 'wireSeeds' | 'measurement' | 'jointRand' | 'shareOfOne';

/**
 * Writes what goes into the circuit's gadget: `wires`, `[arity, points]`, from `wireSeeds`, `[arity]`, `measurement`,
 * `jointRand` and `shareOfOne`, 1 ÷ the number of shares.
 */
export function fillWires(circuit: Circuit<never>, { kernel, at }: OpenKernel<CommonKernel, WireVectors>): void {
  const { arity, numCalls, measurementLength, jointRandLength } = circuit;
  const { points } = proofLengths(circuit);
  const common = [at.wires, at.wireSeeds, arity, points, at.measurement] as const;
  if (jointRandLength === 0) kernel.wireElements(...common, numCalls);
  else kernel.wireChecks(...common, measurementLength, at.jointRand, numCalls, at.shareOfOne);
}
