import type { FillRandom } from '#privacy/random.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { SimulatedTask } from '#trainer/simulate/simulated-device.ts';
import { sumOfUpdates } from '#trainer/sum-of-updates.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { singleItemDirections } from './items-in-update.ts';

/** What a forger knows of a round: the published model, the task, and some histories of its own. */
export interface ForgedRound {
  readonly learned: TrainedModel;
  readonly attacked: Pick<AttackedShop, 'model' | 'scoreAll' | 'rowOf' | 'shop'>;
  readonly task: SimulatedTask;
  readonly histories: readonly (readonly ShopEvent[])[];
}

/** The direction that a forger pushes in, `[numGroups, rank]`; only its direction matters. */
export type ForgedDirection = (round: ForgedRound) => Float64Array;

/** What the forger's own histories ask for, which is about what everybody's do. */
export function exaggerate({ attacked, task, histories }: ForgedRound): Float64Array {
  return sumOfUpdates(histories, { model: attacked.model, rowOf: attacked.rowOf, task });
}

/** Against that. */
export function unlearn(round: ForgedRound): Float64Array {
  return exaggerate(round).map((value) => -value);
}

/** One item towards the mean of the sessions of one item each, which are public. */
export function promote(item: number): ForgedDirection {
  return ({ learned, attacked, task }) => {
    const { rank } = task;
    const direction = new Float64Array(task.vdaf.length);
    const group = learned.groups[item] as number;
    for (const session of singleItemDirections(attacked.model, attacked.shop.merchant.dataset.items, task)) {
      for (let r = 0; r < rank; r++)
        direction[group * rank + r] = (direction[group * rank + r] as number) + (session[r] as number);
    }
    return direction;
  };
}

/**
 * A report's units in a direction.
 *
 * @param length Of the update ÷ clip norm: 1 is what an honest device keeps to.
 */
export function unitsAlong(direction: Float64Array, length: number, { clipNorm, scale }: SimulatedTask): Int32Array {
  const norm = Math.sqrt(direction.reduce((squares, value) => squares + value * value, 0));
  return Int32Array.from(direction, (value) => Math.trunc((value * length * clipNorm * scale) / norm));
}

/** Any element of the ring, as likely as any other: what most breaks a sum. */
export function garbage({ vdaf }: SimulatedTask, random: FillRandom): Int32Array {
  const units = new Int32Array(vdaf.length);
  random(new Uint8Array(units.buffer));
  return units;
}
