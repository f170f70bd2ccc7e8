import type { Bytes } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { TaskId } from '#protocol/ids.ts';
import {
  encodeReport,
  HELPER_SEED_BYTES,
  type PartyRole,
  REPORT_ID_BYTES,
  REPORT_TIME_PRECISION_MS,
  type Report,
  reportAad,
  reportInfo,
  type SealedShare,
} from '#protocol/report.ts';
import { CLIP_NORM_UNITS, type Task } from '#protocol/task.ts';
import { clipUpdate } from './clip.ts';
import { toFixedPoint } from './fixed-point.ts';
import { type HpkeKeyPair, openSealed, sealTo } from './hpke.ts';
import { cryptoRandom, type FillRandom } from './random.ts';
import { bytesOfShare, expandHelperShare, shareOfBytes, splitUpdate } from './shares.ts';

/** What report making and opening read of a task. */
export type ReportTask = Pick<
  Task,
  'numParams' | 'clipNorm' | 'scale' | 'leader' | 'helper' | 'opensAtMs' | 'closesAtMs'
>;

interface OpenedTaskOf {
  readonly task: ReportTask;
  readonly taskId: TaskId;
}

/**
 * The one message by which a device takes part: clip → fixed point → two shares → seal → encode.
 *
 * Guarantees:
 * - What both parties' shares add up to has an integer L2 norm of at most `CLIP_NORM_UNITS`.
 * - Neither party alone, nor anyone on the way, can tell anything about the update.
 * - Its length depends on the task only.
 * - It says its time to the hour, rounded down.
 *
 * @param made `update` is new minus old parameters, `[numParams]`, not modified; `nowMs` is while
 *   the task is open. `random` draws rounding, report id and seed; sealing always draws from the
 *   platform.
 * @returns The bytes to send. To send again, send the same.
 * @throws {RangeError} If `update` has another length or a non-finite value, or the task is closed.
 * @throws {ProtocolError} `bad-key` if one of the task's HPKE keys is unusable.
 */
export async function makeReport({
  task,
  taskId,
  update,
  nowMs,
  random = cryptoRandom,
}: OpenedTaskOf & {
  readonly update: Float32Array;
  readonly nowMs: number;
  readonly random?: FillRandom;
}): Promise<Bytes> {
  if (update.length !== task.numParams) {
    throw new RangeError(`expected update to have ${task.numParams} parameters, got ${update.length}`);
  }
  const hour = hourOf(nowMs);
  if (!isOpenAt(task, hour)) throw new RangeError('expected nowMs to be while the task is open');

  const { clipped } = clipUpdate(update, task.clipNorm);
  const units = toFixedPoint(clipped, { scale: task.scale, maxNormUnits: CLIP_NORM_UNITS, random });
  const id = new Uint8Array(REPORT_ID_BYTES);
  random(id);
  const { leaderShare, helperSeed } = await splitUpdate(units, { taskId, reportId: id, random });

  const seal = (role: PartyRole, plaintext: Bytes): Promise<SealedShare> =>
    sealTo(task[role].hpkePublicKey, {
      info: reportInfo(role),
      aad: reportAad({ taskId, id, hour, hpkeKeyId: task[role].hpkeKeyId }),
      plaintext,
    });
  const [leader, helper] = await Promise.all([seal('leader', bytesOfShare(leaderShare)), seal('helper', helperSeed)]);
  return encodeReport({ id, hour, leader, helper });
}

/**
 * The leader's share of a report.
 *
 * Guarantee: the report was made for this task, for the leader, with this id and hour.
 *
 * @param opener `keyPair` is the leader's of this task.
 * @returns `[numParams]`.
 * @throws {ProtocolError} `report-invalid` if its hour is outside the task's or the share does not
 *   open or has another length.
 * @throws {RangeError} If `keyPair` is not the task's.
 */
export async function openLeaderShare(
  report: Pick<Report, 'id' | 'hour' | 'leader'>,
  opener: OpenedTaskOf & { readonly keyPair: HpkeKeyPair },
): Promise<Uint32Array<ArrayBuffer>> {
  const bytes = await openPlaintext({ ...report, role: 'leader', sealed: report.leader }, opener);
  checkLength(bytes, 4 * opener.task.numParams);
  return shareOfBytes(bytes);
}

/**
 * The helper's share of a report, expanded from its seed. Otherwise as {@link openLeaderShare}.
 *
 * @param opener `keyPair` is the helper's of this task.
 * @returns `[numParams]`.
 * @throws {ProtocolError} `report-invalid` if its hour is outside the task's or the share does not
 *   open or has another length.
 * @throws {RangeError} If `keyPair` is not the task's.
 */
export async function openHelperShare(
  report: Pick<Report, 'id' | 'hour' | 'helper'>,
  opener: OpenedTaskOf & { readonly keyPair: HpkeKeyPair },
): Promise<Uint32Array<ArrayBuffer>> {
  const { task, taskId } = opener;
  const seed = await openPlaintext({ ...report, role: 'helper', sealed: report.helper }, opener);
  checkLength(seed, HELPER_SEED_BYTES);
  return expandHelperShare({ seed, taskId, reportId: report.id, numParams: task.numParams });
}

async function openPlaintext(
  {
    id,
    hour,
    role,
    sealed,
  }: { readonly id: Bytes; readonly hour: number; readonly role: PartyRole; readonly sealed: SealedShare },
  { task, taskId, keyPair }: OpenedTaskOf & { readonly keyPair: HpkeKeyPair },
): Promise<Bytes> {
  const { hpkePublicKey, hpkeKeyId } = task[role];
  if (keyPair.publicKey !== hpkePublicKey) throw new RangeError(`expected keyPair to be the task's ${role} key`);
  if (!isOpenAt(task, hour)) throw new ProtocolError('report-invalid', 'expected an hour while the task is open');
  return openSealed(keyPair, { info: reportInfo(role), aad: reportAad({ taskId, id, hour, hpkeKeyId }), sealed });
}

function checkLength(bytes: Bytes, length: number): void {
  if (bytes.length !== length) {
    throw new ProtocolError('report-invalid', `expected a share of ${length} bytes, got ${bytes.length}`);
  }
}

function hourOf(timeMs: number): number {
  return Math.floor(timeMs / REPORT_TIME_PRECISION_MS);
}

/** Whether any moment of an hour is while the task is open: from `opensAtMs` to just before `closesAtMs`. */
function isOpenAt({ opensAtMs, closesAtMs }: ReportTask, hour: number): boolean {
  return hour >= hourOf(opensAtMs) && hour <= hourOf(closesAtMs - 1);
}
