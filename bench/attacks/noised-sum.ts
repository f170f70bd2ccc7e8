import { fromFixedPoint } from '#privacy/fixed-point.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { PartyRole } from '#protocol/report.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { type PartySums, type SimulatedTask, takePart } from '#trainer/simulate/simulated-device.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { addShares, emptySums, released, ringOf, sharesOf, TASK_ID, unitsOf } from './party-shares.ts';

/** Who sends what in one round. */
export interface AttackedRound {
  readonly task: SimulatedTask;
  /** Of honest devices. */
  readonly histories: readonly (readonly ShopEvent[])[];
  /** Reports of others, in ring units. */
  readonly forged?: readonly Int32Array[];
  /** Names the round's draws. */
  readonly label: string;
}

/** A round's sum, noised by both parties, `[numGroups, rank]`. */
export async function noisedSum(
  attacked: Pick<AttackedShop, 'model' | 'scoreAll' | 'rowOf'>,
  { task, histories, forged = [], label }: AttackedRound,
): Promise<Float64Array> {
  const ring = ringOf(task);
  const sums = emptySums(task);
  for (const [device, events] of histories.entries()) {
    const random = seededBytes(`${label}, device ${device}`);
    await takePart(events, { ...attacked, task, taskId: TASK_ID, sums, random });
  }
  const random = seededBytes(`${label}, forgers`);
  const reports: PartySums[] = [];
  for (const units of forged) reports.push(await sharesOf(units, task, random));
  addShares(sums, reports, ring);
  const count = histories.length + forged.length;
  const release = (party: PartyRole): Bytes => released(sums[party], { task, count, label: `${label}, ${party}` });
  return fromFixedPoint(unitsOf({ leader: release('leader'), helper: release('helper') }, ring), task.scale);
}

/** A model as devices have it. */
export function scoringOf(learned: TrainedModel): Pick<AttackedShop, 'model' | 'scoreAll'> {
  const model = shippedModel(learned);
  return { model, scoreAll: createDenseScorer(model.items) };
}
