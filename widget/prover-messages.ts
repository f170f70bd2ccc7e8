/** What learner and prover say to each other across the Worker's edge: one question, one answer. */

import type { Prio3Parameters } from '#privacy/task-circuit.ts';
import type { SharedMeasurement, VerifyInput } from '#privacy/vdaf.ts';

/** A measurement to be split and proved: a bucket's number, or a vector of numbers. */
export type ProvedMeasurement = number | readonly number[];

export interface ToProver extends Pick<VerifyInput, 'ctx' | 'nonce'> {
  readonly vdaf: Prio3Parameters;
  readonly measurement: ProvedMeasurement;
}

export type FromProver =
  | { readonly kind: 'shares'; readonly shares: SharedMeasurement }
  /** The measurement is none of the task's, or this page forbids WebAssembly. */
  | { readonly kind: 'failed' };
