import type { VdafParameters } from '#protocol/vdaf-parameters.ts';
import type { Circuit } from './prio3/circuit.ts';
import { histogram, multihotCountVec, sumVec } from './prio3/circuits.ts';

/** A task's function, where it proves its measurements. */
export type Prio3Parameters = Exclude<VdafParameters, { readonly type: 'UnverifiedVectorSum' }>;

/** The circuit that proves the measurements of a task. */
export function circuitOf(parameters: Prio3Parameters): Circuit<never> {
  switch (parameters.type) {
    case 'Prio3SumVec':
      return sumVec(parameters.length, parameters.maxMeasurement, parameters.chunkLength);
    case 'Prio3Histogram':
      return histogram(parameters.length, parameters.chunkLength);
    case 'Prio3MultihotCountVec':
      return multihotCountVec(parameters.length, parameters.maxWeight, parameters.chunkLength);
    default:
      return parameters satisfies never;
  }
}
