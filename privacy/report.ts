import { type Bytes, fromHex } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { TaskId } from '#protocol/ids.ts';
import {
  encodeReport,
  type PartyRole,
  REPORT_ID_BYTES,
  REPORT_TIME_PRECISION_MS,
  type Report,
  reportAad,
  reportInfo,
  type SealedShare,
} from '#protocol/report.ts';
import type { Task } from '#protocol/task.ts';
import { type HpkeKeyPair, openSealed, sealTo } from './hpke.ts';
import { cryptoRandom, type FillRandom } from './random.ts';
import type { Sharder, VerifyInput } from './vdaf.ts';

/** What report making and opening read of a task. */
export type ReportTask = Pick<Task, 'leader' | 'helper' | 'opensAtMs' | 'closesAtMs'>;

interface OpenedTaskOf {
  readonly task: ReportTask;
  readonly taskId: TaskId;
}

/**
 * The one message by which a device takes part: measurement → two shares → seal → encode.
 *
 * Guarantees:
 * - Neither party alone, nor anyone on the way, can tell anything about the measurement.
 * - Its length depends on the task only.
 * - It says its time to the hour, rounded down.
 *
 * @param made `sharder` is of the task's function; `nowMs` is while the task is open. `random` draws
 *   report id and shares; sealing always draws from the platform.
 * @returns The bytes to send. To send again, send the same.
 * @throws {RangeError} If the measurement is none of the function, or the task is closed.
 * @throws {ProtocolError} `bad-key` if one of the task's HPKE keys is unusable.
 */
export async function makeReport<Measurement>({
  task,
  taskId,
  sharder,
  measurement,
  nowMs,
  random = cryptoRandom,
}: OpenedTaskOf & {
  readonly sharder: Sharder<Measurement>;
  readonly measurement: Measurement;
  readonly nowMs: number;
  readonly random?: FillRandom;
}): Promise<Bytes> {
  const hour = hourOf(nowMs);
  if (!isOpenAt(task, hour)) throw new RangeError('expected nowMs to be while the task is open');
  const id = new Uint8Array(REPORT_ID_BYTES);
  random(id);
  const shards = await sharder.shard(measurement, { ...contextOf(taskId, id), random });
  const { publicShare } = shards;
  const seal = (role: PartyRole, plaintext: Bytes): Promise<SealedShare> =>
    sealTo(task[role].hpkePublicKey, {
      info: reportInfo(role),
      aad: reportAad({ taskId, id, hour, publicShare, hpkeKeyId: task[role].hpkeKeyId }),
      plaintext,
    });
  const [leader, helper] = await Promise.all([
    seal('leader', shards.leaderInputShare),
    seal('helper', shards.helperInputShare),
  ]);
  return encodeReport({ id, hour, publicShare, leader, helper });
}

/** What binds the shares of a report to it and its task. */
export function contextOf(taskId: TaskId, reportId: Bytes): Pick<VerifyInput, 'ctx' | 'nonce'> {
  return { ctx: fromHex(taskId), nonce: reportId };
}

/** A report as one party has it: the other's share is left out. */
export type PartyReport = Pick<Report, 'id' | 'hour' | 'publicShare'> & { readonly sealed: SealedShare };

/**
 * A party's input share of a report.
 *
 * Guarantee: the report was made for this task, for this party, with this id, hour and public share.
 *
 * @param opener `keyPair` is the party's of this task.
 * @throws {ProtocolError} `report-invalid` if its hour is outside the task's or the share does not open.
 * @throws {RangeError} If `keyPair` is not the task's.
 */
export async function openInputShare(
  role: PartyRole,
  { id, hour, publicShare, sealed }: PartyReport,
  { task, taskId, keyPair }: OpenedTaskOf & { readonly keyPair: HpkeKeyPair },
): Promise<Bytes> {
  const { hpkePublicKey, hpkeKeyId } = task[role];
  if (keyPair.publicKey !== hpkePublicKey) throw new RangeError(`expected keyPair to be the task's ${role} key`);
  if (!isOpenAt(task, hour)) throw new ProtocolError('report-invalid', 'expected an hour while the task is open');
  const aad = reportAad({ taskId, id, hour, publicShare, hpkeKeyId });
  return openSealed(keyPair, { info: reportInfo(role), aad, sealed });
}

function hourOf(timeMs: number): number {
  return Math.floor(timeMs / REPORT_TIME_PRECISION_MS);
}

/** Whether any moment of an hour is while the task is open: from `opensAtMs` to just before `closesAtMs`. */
function isOpenAt({ opensAtMs, closesAtMs }: ReportTask, hour: number): boolean {
  return hour >= hourOf(opensAtMs) && hour <= hourOf(closesAtMs - 1);
}
