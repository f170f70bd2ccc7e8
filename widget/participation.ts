import { epsilonOf } from '#privacy/accountant.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { Digest, KeyFingerprint, ShopId, TaskId } from '#protocol/ids.ts';
import { parseJson, readJson } from '#protocol/parse.ts';
import { type ReportReceipt, ReportReceiptSchema } from '#protocol/round-messages.ts';
import { type OpenedTask, openTask, type Task } from '#protocol/task.ts';
import type { EdgeAnswer } from './edge-client.ts';
import type { MetaStore } from './meta.ts';
import {
  beginParticipationRecord,
  mayTakePart,
  type ParticipationRecord,
  readParticipationRecord,
  withParticipation,
} from './participation-record.ts';
import { codeOf, type WidgetErrorCode } from './widget-error.ts';

/** What came of an attempt to take part. Holds nothing private: it is shown to the page. */
export type ParticipationOutcome =
  | { readonly kind: 'sent' }
  /** The shopper has not asked for it, or the shop has no second operator. */
  | { readonly kind: 'not-opted-in' | 'not-offered' }
  /** Nothing can be stored here, so no participation could be recorded. */
  | { readonly kind: 'not-stored' }
  | { readonly kind: 'no-task' }
  /** This device has taken part too recently, too often, or in this very task; or the task is not open. */
  | { readonly kind: 'not-yet' }
  /** The task is about another model than the one in use. */
  | { readonly kind: 'wrong-model' }
  | { readonly kind: 'late' }
  | { readonly kind: 'full' }
  /** Before anything was recorded; afterwards `unanswered`. */
  | { readonly kind: 'offline' }
  | { readonly kind: 'unanswered' }
  /** Another tab is at it. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly code: WidgetErrorCode };

/** What taking part needs of the device. */
export interface ParticipationParts {
  readonly shop: ShopId;
  /** The publishing key's and the second operator's: both must have signed the task. */
  readonly trusted: readonly [KeyFingerprint, KeyFingerprint];
  readonly model: { readonly modelDigest: Digest; readonly itemFeatureDigest: Digest };
  readonly meta: MetaStore;
  readonly locks: Pick<LockManager, 'request'>;
  readonly now: () => number;
  readonly readTask: () => Promise<EdgeAnswer>;
  /** The local step and its sealed report; `undefined` if the model's files are gone. */
  readonly makeReport: (opened: OpenedTask) => Promise<Bytes | undefined>;
  readonly sendReport: (taskId: TaskId, report: Bytes) => Promise<EdgeAnswer>;
}

/**
 * Takes part in the current learning task, if there is one and the device may.
 *
 * Guarantees:
 * - A participation is stored before its report is handed to the network.
 * - The bounds of {@link mayTakePart} hold over all tabs: one attempt at a time, under a Web Lock.
 * - Nothing is learned from the history unless both signers' task names the model in use.
 */
export async function takePart(parts: ParticipationParts): Promise<ParticipationOutcome> {
  try {
    return await parts.locks.request(`vitrine-participation-${parts.shop}`, { ifAvailable: true }, (lock) =>
      lock ? attempt(parts) : ({ kind: 'busy' } as const),
    );
  } catch (error) {
    return { kind: 'failed', code: codeOf(error) };
  }
}

async function attempt(parts: ParticipationParts): Promise<ParticipationOutcome> {
  const { shop, trusted, model, meta, now } = parts;
  const answer = await parts.readTask();
  if (answer.kind === 'none') return { kind: 'no-task' };
  if (answer.kind !== 'bytes') return { kind: 'offline' };
  const opened = await openTask(readJson(answer.bytes, 'task-invalid'), { shop, trusted });
  const { task, id: taskId } = opened;
  if (task.modelDigest !== model.modelDigest || task.itemFeatureDigest !== model.itemFeatureDigest) {
    return { kind: 'wrong-model' };
  }
  const untimely = checkTime(task, now());
  if (untimely) return untimely;

  const record = await readParticipationRecord(meta);
  if (!record) await beginParticipationRecord(meta, now());
  if (!record || !mayTakePart(record, { taskId, task, nowMs: now() })) return { kind: 'not-yet' };

  const report = await parts.makeReport(opened);
  if (!report) return { kind: 'not-stored' };
  const atMs = now();
  await meta.set('participation', recordOf(record, { taskId, task, atMs }));
  return toOutcome(await parts.sendReport(taskId, report));
}

function checkTime({ opensAtMs, closesAtMs }: Task, nowMs: number): ParticipationOutcome | undefined {
  if (nowMs < opensAtMs) return { kind: 'not-yet' };
  return nowMs >= closesAtMs ? { kind: 'late' } : undefined;
}

/**
 * Adds a participation and what all of them have spent together.
 *
 * Gaussian mechanisms compose exactly: several with multipliers s_i tell as much as one with
 * 1/s² = Σ 1/s_i². Rounds that fail later are counted too.
 */
function recordOf(
  record: ParticipationRecord,
  { taskId, task, atMs }: { readonly taskId: TaskId; readonly task: Task; readonly atMs: number },
): ParticipationRecord {
  const { noiseMultiplier, delta } = task;
  const inverseVariances = record.inverseVariances + 1 / noiseMultiplier ** 2;
  const epsilon = epsilonOf({ noiseMultiplier: 1 / Math.sqrt(inverseVariances), releases: 1, delta });
  const spent = { numParticipations: record.spent.numParticipations + 1, epsilon, delta };
  return withParticipation(record, { taskId, atMs, noiseMultiplier, spent });
}

function toOutcome(answer: EdgeAnswer): ParticipationOutcome {
  if (answer.kind !== 'bytes') return { kind: 'unanswered' };
  const receipt: ReportReceipt = parseJson(ReportReceiptSchema, answer.bytes, 'round-message-invalid');
  return receipt.kind === 'accepted' ? { kind: 'sent' } : receipt;
}
