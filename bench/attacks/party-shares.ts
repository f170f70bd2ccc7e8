import type { Model } from '#model/model.ts';
import { createSum, releaseShare } from '#privacy/aggregate.ts';
import { unshard } from '#privacy/collect.ts';
import { type ElementRing, elementRing } from '#privacy/element-ring.ts';
import type { FillRandom } from '#privacy/random.ts';
import { contextOf } from '#privacy/report.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { VERIFY_KEY_BYTES } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { TaskId } from '#protocol/ids.ts';
import { REPORT_ID_BYTES } from '#protocol/report.ts';
import { CLIP_NORM_UNITS, MAX_BATCH, MIN_BATCH_FLOOR } from '#protocol/task.ts';
import { createFactors } from '#trainer/choose-factor.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { type PartySums, type SimulatedTask, takePart } from '#trainer/simulate/simulated-device.ts';
import type { AttackedShop } from './attacked-shop.ts';

/** Columns of B: what `vitrine round open` takes by default. */
const RANK = 5;
const FACTOR_SEED = 11;
export const TASK_ID = 'a7'.repeat(32) as TaskId;

/** The task of a round of a run that begins with a model, as it would be opened. */
export function taskOf(
  start: Model,
  { noiseMultiplier, round = 0 }: { readonly noiseMultiplier: number; readonly round?: number },
): SimulatedTask {
  return {
    rank: RANK,
    factor: createFactors(start, { rank: RANK, seed: FACTOR_SEED })(round),
    vdaf: { type: 'UnverifiedVectorSum', length: start.config.numGroups * RANK },
    clipNorm: 1,
    scale: CLIP_NORM_UNITS,
    minBatch: MIN_BATCH_FLOOR,
    maxBatch: MAX_BATCH,
    noiseMultiplier,
  };
}

export function ringOf({ vdaf }: SimulatedTask): ElementRing {
  return elementRing(vdafShape(vdaf).elementBytes);
}

export function emptySums({ vdaf }: SimulatedTask): PartySums {
  return { leader: createSum(vdafShape(vdaf)), helper: createSum(vdafShape(vdaf)) };
}

/** Both parties' output shares of an honest device. */
export async function honestShares(
  events: readonly ShopEvent[],
  {
    attacked: { model, scoreAll, rowOf },
    task,
    random,
  }: {
    readonly attacked: Pick<AttackedShop, 'model' | 'scoreAll' | 'rowOf'>;
    readonly task: SimulatedTask;
    readonly random: FillRandom;
  },
): Promise<PartySums> {
  const sums = emptySums(task);
  await takePart(events, { model, scoreAll, rowOf, task, taskId: TASK_ID, sums, random });
  return sums;
}

/** Both parties' output shares of any vector: what a device that keeps to no bound may send. */
export async function sharesOf(units: Int32Array, task: SimulatedTask, random: FillRandom): Promise<PartySums> {
  const reportId = new Uint8Array(REPORT_ID_BYTES);
  random(reportId);
  const context = contextOf(TASK_ID, reportId);
  const { publicShare, ...shares } = await unverifiedVectorSumSharder(task.vdaf).shard(units, { ...context, random });
  const verifier = unverifiedVectorSumVerifier(task.vdaf);
  const verifyKey = new Uint8Array(VERIFY_KEY_BYTES);
  const outputShare = async (role: 'leader' | 'helper') => {
    const inputShare = role === 'leader' ? shares.leaderInputShare : shares.helperInputShare;
    const { state, verifierShare } = await verifier.verifyInit(role, {
      ...context,
      verifyKey,
      publicShare,
      inputShare,
    });
    return verifier.verifyNext(state, verifierShare);
  };
  return { leader: await outputShare('leader'), helper: await outputShare('helper') };
}

/** Adds reports to both parties' sums. @param sums Modified. */
export function addShares(sums: PartySums, reports: readonly PartySums[], ring: ElementRing): void {
  for (const { leader, helper } of reports) {
    ring.add(sums.leader, leader);
    ring.add(sums.helper, helper);
  }
}

/**
 * What a party releases of its sum; the sum itself where the task has no noise, which no party does.
 *
 * @param label Names the party's noise: the seed of its draws.
 */
export function released(
  sum: Bytes,
  { task, count, label }: { readonly task: SimulatedTask; readonly count: number; readonly label: string },
): Bytes {
  if (task.noiseMultiplier === 0) return sum;
  return releaseShare(sum, { task, ring: ringOf(task), count, random: seededBytes(label) });
}

/** What both shares of a report or of a sum add up to. */
export function unitsOf({ leader, helper }: PartySums, ring: ElementRing): Float64Array {
  return unshard(leader, helper, ring);
}
