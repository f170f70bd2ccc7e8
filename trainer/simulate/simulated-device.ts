import type { ScoreAll } from '#model/dense-scores.ts';
import { localUpdate } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import type { FillRandom } from '#privacy/random.ts';
import { contextOf } from '#privacy/report.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { VERIFY_KEY_BYTES } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import { type PartyRole, REPORT_ID_BYTES } from '#protocol/report.ts';
import type { TaskOf } from '#protocol/task.ts';

/** What a round's devices and parties read of its task; keys, times and limits of devices have no part here. */
export type SimulatedTask = Pick<
  TaskOf<'model-update'>,
  'rank' | 'factor' | 'vdaf' | 'clipNorm' | 'scale' | 'minBatch' | 'maxBatch' | 'noiseMultiplier'
>;

/** What both parties have added up so far, from `createSum`. */
export type PartySums = Readonly<Record<PartyRole, Bytes>>;

/** The function verifies nothing, so any will do. */
const NO_VERIFY_KEY = new Uint8Array(VERIFY_KEY_BYTES);

/**
 * One device's part in a round and what the parties make of it: the functions of a browser and of both parties in
 * their order, but for sealing, which changes no number.
 *
 * @param sums Modified.
 * @param random Drawn from as `makeReport` does.
 */
export async function takePart(
  events: readonly ShopEvent[],
  {
    model,
    scoreAll,
    rowOf,
    task,
    taskId,
    sums,
    random,
  }: {
    readonly model: Model;
    readonly scoreAll: ScoreAll;
    readonly rowOf: (id: ItemId) => number | undefined;
    readonly task: SimulatedTask;
    readonly taskId: TaskId;
    readonly sums: PartySums;
    readonly random: FillRandom;
  },
): Promise<void> {
  const update = localUpdate({ model, scoreAll, events, rowOf, task });
  const reportId = new Uint8Array(REPORT_ID_BYTES);
  const units = quantizeUpdate(update, { ...task, random });
  random(reportId);
  const context = contextOf(taskId, reportId);
  const shares = await unverifiedVectorSumSharder(task.vdaf).shard(units, { ...context, random });
  const verifier = unverifiedVectorSumVerifier(task.vdaf);
  const ring = elementRing(verifier.elementBytes);
  const { publicShare } = shares;
  for (const role of ['leader', 'helper'] as const) {
    const inputShare = role === 'leader' ? shares.leaderInputShare : shares.helperInputShare;
    const input = { ...context, verifyKey: NO_VERIFY_KEY, publicShare, inputShare };
    const { state, verifierShare } = await verifier.verifyInit(role, input);
    const outputShare = verifier.verifyNext(state, verifierShare);
    ring.add(sums[role], outputShare);
  }
}
