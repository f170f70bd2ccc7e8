import type { ScoreAll } from '#model/dense-scores.ts';
import { localUpdate } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import { clipUpdate } from '#privacy/clip.ts';
import { toFixedPoint } from '#privacy/fixed-point.ts';
import type { FillRandom } from '#privacy/random.ts';
import { addShare, expandHelperShare, splitUpdate } from '#privacy/shares.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import { REPORT_ID_BYTES } from '#protocol/report.ts';
import { CLIP_NORM_UNITS, type Task } from '#protocol/task.ts';

/** What a round's devices and parties read of its task; keys, times and limits of devices have no part here. */
export type SimulatedTask = Pick<
  Task,
  'rank' | 'factor' | 'numParams' | 'clipNorm' | 'scale' | 'minBatch' | 'maxBatch' | 'noiseMultiplier'
>;

/** What both parties have added up so far, `[numParams]` each, mod 2^32. */
export interface PartySums {
  readonly leader: Uint32Array<ArrayBuffer>;
  readonly helper: Uint32Array<ArrayBuffer>;
}

/**
 * One device's part in a round and what the parties make of it: the functions of `makeReport`, `openLeaderShare`
 * and `openHelperShare` in their order, but for sealing, which changes no number.
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
  const { clipped } = clipUpdate(update, task.clipNorm);
  const units = toFixedPoint(clipped, { scale: task.scale, maxNormUnits: CLIP_NORM_UNITS, random });
  const reportId = new Uint8Array(REPORT_ID_BYTES);
  random(reportId);
  const { leaderShare, helperSeed } = await splitUpdate(units, { taskId, reportId, random });
  addShare(sums.leader, leaderShare);
  addShare(sums.helper, await expandHelperShare({ seed: helperSeed, taskId, reportId, numParams: task.numParams }));
}
