import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import type { VdafParameters } from '#protocol/vdaf-parameters.ts';

/** In what is released, one report changes a sum by at least this: its noise is of fine steps, see `accountant.ts`. */
export const MIN_SENSITIVITY = 2 ** 15;

/**
 * The most that one report can change a sum, as an L2 norm in the sum's integers: what noise is
 * measured by.
 *
 * For functions that verify, no device can exceed it. For `UnverifiedVectorSum` it is what an honest
 * device keeps to.
 */
export function sensitivityOf(vdaf: VdafParameters): number {
  switch (vdaf.type) {
    case 'UnverifiedVectorSum':
      return CLIP_NORM_UNITS;
    case 'Prio3SumVec':
      return vdaf.maxMeasurement * Math.sqrt(vdaf.length);
    case 'Prio3Histogram':
      return 1;
    case 'Prio3MultihotCountVec':
      return Math.sqrt(vdaf.maxWeight);
    default:
      return vdaf satisfies never;
  }
}
