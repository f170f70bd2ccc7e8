import type { ScoreAll } from '#model/dense-scores.ts';
import { localUpdate } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import { type JudgedModel, shadowCell } from '#model/shadow-cell.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import type { FillRandom } from '#privacy/random.ts';
import { contextOf } from '#privacy/report.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { type Sharder, VERIFY_KEY_BYTES, type Verifier } from '#privacy/vdaf.ts';
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

/** The same of a task that lets devices compare two models. */
export type SimulatedTrial = Pick<TaskOf<'shadow-eval'>, 'vdaf' | 'minBatch' | 'maxBatch' | 'noiseMultiplier'>;

/** What both parties have added up so far, from `createSum`. */
export type PartySums = Readonly<Record<PartyRole, Bytes>>;

/** Both sides of a task's function. */
export interface BothSides<Measurement> {
  readonly sharder: Sharder<Measurement>;
  readonly verifier: Verifier;
}

/** Where a report goes and what it is made with. */
export interface ReportPlace {
  readonly taskId: TaskId;
  /** Modified. */
  readonly sums: PartySums;
  /** Drawn from as `makeReport` does. */
  readonly random: FillRandom;
}

/** Any will do: these devices send what is valid. */
const NO_VERIFY_KEY = new Uint8Array(VERIFY_KEY_BYTES);

/**
 * One device's part in learning and what the parties make of it: the functions of a browser and of both parties in
 * their order, but for sealing, which changes no number.
 */
export async function takePart(
  events: readonly ShopEvent[],
  {
    model,
    scoreAll,
    rowOf,
    task,
    ...place
  }: ReportPlace & {
    readonly model: Model;
    readonly scoreAll: ScoreAll;
    readonly rowOf: (id: ItemId) => number | undefined;
    readonly task: SimulatedTask;
  },
): Promise<void> {
  const update = localUpdate({ model, scoreAll, events, rowOf, task });
  const units = quantizeUpdate(update, { ...task, random: place.random });
  const sharder = unverifiedVectorSumSharder(task.vdaf);
  await addReport(units, { sharder, verifier: unverifiedVectorSumVerifier(task.vdaf) }, place);
}

/** The same of a device that compares two models. */
export async function compareModels(
  events: readonly ShopEvent[],
  {
    current,
    candidate,
    sides,
    ...place
  }: ReportPlace & {
    readonly current: JudgedModel;
    readonly candidate: JudgedModel;
    /** Of the task's histogram. */
    readonly sides: BothSides<number>;
  },
): Promise<void> {
  await addReport(await shadowCell(events, { current, candidate }), sides, place);
}

/** Shares a measurement, verifies it at both parties and adds it to their sums. */
async function addReport<Measurement>(
  measurement: Measurement,
  { sharder, verifier }: BothSides<Measurement>,
  { taskId, sums, random }: ReportPlace,
): Promise<void> {
  const reportId = new Uint8Array(REPORT_ID_BYTES);
  random(reportId);
  const context = contextOf(taskId, reportId);
  const { publicShare, leaderInputShare, helperInputShare } = await sharder.shard(measurement, { ...context, random });
  const input = { ...context, verifyKey: NO_VERIFY_KEY, publicShare };
  const leader = await verifier.verifyInit('leader', { ...input, inputShare: leaderInputShare });
  const helper = await verifier.verifyInit('helper', { ...input, inputShare: helperInputShare });
  const message = verifier.combineVerifierShares(context.ctx, leader.verifierShare, helper.verifierShare);
  const ring = elementRing(verifier.elementBytes);
  ring.add(sums.leader, verifier.verifyNext(leader.state, message));
  ring.add(sums.helper, verifier.verifyNext(helper.state, message));
}
