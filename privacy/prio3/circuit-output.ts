import type { Circuit } from './circuit.ts';
import type { CommonKernel, OpenKernel } from './kernel.ts';

/** What `privacy/assembly/vectors.ts` exports of sums. */
export interface SumKernel extends CommonKernel {
  subtract(out: number, a: number, b: number): void;
  sum(out: number, a: number, step: number, count: number): void;
  dot(out: number, a: number, step: number, b: number, stepOfB: number, count: number): void;
  readDigits(out: number, digits: number, numDigits: number, count: number, lastWeight: number): void;
}

/** What {@link writeCircuitOutput} reads and writes; `checks` has room for two elements. */
export type OutputVectors = 'measurement' | 'values' | 'queryRand' | 'shareOfOne' | 'lastWeight' | 'checks';

/**
 * Writes a share of what the circuit puts out, one element: 0 in all where the measurement is valid. Several checks are
 * added up with random weights (VDAF, draft-irtf-cfrg-vdaf-18 sections 7.3.2 and 7.4).
 *
 * @param out An address.
 */
export function writeCircuitOutput(
  circuit: Circuit<never>,
  { kernel, at }: OpenKernel<SumKernel, OutputVectors>,
  out: number,
): void {
  const { kind, elementBytes: width, numCalls, numChecks, outputLength, measurementLength } = circuit;
  // The gadget's results are its polynomial's values at every other root, after the one for the seeds.
  const step = 2 * width;
  const results = at.values + step;
  const secondCheck = at.checks + width;
  switch (kind) {
    case 'count':
      kernel.subtract(out, results, at.measurement);
      break;
    case 'sum':
      if (numChecks > 1) kernel.dot(out, results, step, at.queryRand, width, numChecks);
      else kernel.sum(out, results, step, 1);
      break;
    case 'sum-vec':
      kernel.sum(out, results, step, numCalls);
      break;
    case 'histogram':
    case 'multihot-count-vec': {
      kernel.sum(at.checks, results, step, numCalls);
      kernel.sum(secondCheck, at.measurement, width, outputLength);
      let expected = at.shareOfOne;
      if (kind === 'multihot-count-vec') {
        const weight = at.measurement + outputLength * width;
        expected = out;
        kernel.readDigits(expected, weight, measurementLength - outputLength, 1, at.lastWeight);
      }
      kernel.subtract(secondCheck, secondCheck, expected);
      kernel.dot(out, at.checks, width, at.queryRand, width, numChecks);
      break;
    }
    default:
      kind satisfies never;
  }
}
