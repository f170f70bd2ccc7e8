import { shadowCell } from '#model/shadow-cell.ts';
import { discreteGaussian } from '#privacy/discrete-gaussian.ts';
import { noiseStdDev, releaseUnits } from '#privacy/noise.ts';
import { SHADOW_RANK_STARTS } from '#protocol/task.ts';
import { readShadow, type ShadowVerdict } from '#trainer/read-shadow.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { SHADOW_VDAF } from '#trainer/task-draft.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { NUM_DEVICES } from './poisoned-rounds.ts';

/** They taught nothing, and forgers know nothing of theirs. */
const FIRST_VOTER = 3000;
/** First under the learned model, past the cutoff under the start: the most that a valid report can say for it. */
const FORGED_CELL = SHADOW_RANK_STARTS.length - 1;

/**
 * What devices say of going back to the start, forgers among them who want the learned model to stay.
 *
 * @param learned As it would stay.
 * @param noiseMultiplier Of each party.
 */
export async function poisonedTrial(
  { shop, base, rowOf }: AttackedShop,
  {
    learned,
    numForgers,
    noiseMultiplier,
  }: { readonly learned: TrainedModel; readonly numForgers: number; readonly noiseMultiplier: number },
): Promise<ShadowVerdict> {
  const task = { vdaf: SHADOW_VDAF, noiseMultiplier };
  const [current, candidate] = [
    { model: shippedModel(learned), rowOf },
    { model: shippedModel(base), rowOf },
  ];
  const noise = discreteGaussian(noiseStdDev(task), seededBytes('poisoned trial'));
  const sum = Float64Array.from(
    { length: SHADOW_VDAF.length },
    () => Number(noise() + noise()) / releaseUnits(SHADOW_VDAF),
  );
  const count = (cell: number, devices: number): void => {
    sum[cell] = (sum[cell] as number) + devices;
  };
  count(FORGED_CELL, numForgers);
  for (const events of shop.devices.slice(FIRST_VOTER + numForgers, FIRST_VOTER + NUM_DEVICES)) {
    count(await shadowCell(events, { current, candidate }), 1);
  }
  return readShadow({ task, sum });
}
