import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Digest, KeyFingerprint, ShopId, TaskId } from '#protocol/ids.ts';
import { parseJson, readJson } from '#protocol/parse.ts';
import { type ReportReceipt, ReportReceiptSchema } from '#protocol/round-messages.ts';
import { type OpenedTask, openTask, type Task } from '#protocol/task.ts';
import type { EdgeAnswer } from './edge-client.ts';
import type { MetaStore } from './meta.ts';
import {
  mayTakePart,
  openParticipationRecord,
  type ParticipationRecord,
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
  /** The device runs on battery, or its line is metered: another time. */
  | { readonly kind: 'sparing' }
  | { readonly kind: 'no-task' }
  /** This device has taken part too recently, too often, or in this very task; or the task is not open. */
  | { readonly kind: 'not-yet' }
  /** The task is about another model than the one in use. */
  | { readonly kind: 'wrong-model' }
  /** The task asks for less noise than any device accepts. */
  | { readonly kind: 'too-little-noise' }
  | { readonly kind: 'late' }
  | { readonly kind: 'full' }
  /** Before anything was recorded. */
  | { readonly kind: 'offline' }
  /** Recorded, but no receipt came back: nothing at all, a refusal, or a platform's own rate limit. */
  | { readonly kind: 'unanswered' }
  /** Another tab is at it. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly code: WidgetErrorCode };

/** What taking part needs of the device. */
export interface ParticipationParts {
  readonly shop: ShopId;
  /** The publishing keys and the second operator's: one of the former and the latter must have signed the task. */
  readonly trusted: readonly [readonly KeyFingerprint[], KeyFingerprint];
  readonly model: { readonly modelDigest: Digest; readonly itemFeatureDigest: Digest };
  readonly meta: MetaStore;
  readonly locks: Pick<LockManager, 'request'>;
  readonly now: () => number;
  /** The open tasks, a JSON array of envelopes. */
  readonly readTasks: () => Promise<EdgeAnswer>;
  /** What the history says to a task, sealed; `undefined` if files that it takes are gone. */
  readonly makeReport: (opened: OpenedTask, record: ParticipationRecord) => Promise<Bytes | undefined>;
  readonly sendReport: (taskId: TaskId, report: Bytes) => Promise<EdgeAnswer>;
}

/**
 * No device takes part under less noise, whatever both signers have agreed on: one participation then tells at most
 * epsilon 11.01 at delta 1e-6.
 */
const MIN_NOISE_MULTIPLIER = 0.5;

/** One of each kind, and some to spare for kinds that a later release may have. */
const MAX_TASKS = 16;

/**
 * Takes part in the open tasks, one after the other, in those that the device may.
 *
 * Guarantees:
 * - A participation is stored before its report is handed to the network.
 * - The bounds of {@link mayTakePart} hold over all tabs: one attempt at a time, under a Web Lock.
 * - Nothing is learned from the history unless both signers' task names the model in use, or under less noise than
 *   {@link MIN_NOISE_MULTIPLIER}.
 *
 * @returns `sent` if any report was accepted, else what came of the first task.
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
  // Begun before anything else: where the record is missing, the wait of one separation starts now.
  await openParticipationRecord(parts.meta, parts.now());
  const answer = await parts.readTasks();
  if (answer.kind !== 'bytes') return { kind: 'offline' };
  const envelopes = readJson(answer.bytes, 'task-invalid');
  if (!Array.isArray(envelopes) || envelopes.length > MAX_TASKS) {
    throw new ProtocolError('task-invalid', `expected at most ${MAX_TASKS} tasks`);
  }
  const outcomes: ParticipationOutcome[] = [];
  for (const envelope of envelopes) {
    // One bad task, or one of a kind that this release does not know, stands in no other's way.
    const failed = (error: unknown): ParticipationOutcome => ({ kind: 'failed', code: codeOf(error) });
    outcomes.push(await takePartIn(envelope, parts).catch(failed));
  }
  return outcomes.find(({ kind }) => kind === 'sent') ?? outcomes[0] ?? { kind: 'no-task' };
}

async function takePartIn(envelope: unknown, parts: ParticipationParts): Promise<ParticipationOutcome> {
  const { shop, trusted, model, meta, now } = parts;
  const opened = await openTask(envelope, { shop, trusted });
  const { task, id: taskId } = opened;
  if (task.modelDigest !== model.modelDigest) return { kind: 'wrong-model' };
  if (task.kind === 'model-update' && task.itemFeatureDigest !== model.itemFeatureDigest) {
    return { kind: 'wrong-model' };
  }
  if (task.noiseMultiplier < MIN_NOISE_MULTIPLIER) return { kind: 'too-little-noise' };
  const untimely = checkTime(task, now());
  if (untimely) return untimely;

  const record = await openParticipationRecord(meta, now());
  if (!mayTakePart(record, { taskId, task, nowMs: now() })) return { kind: 'not-yet' };

  const report = await parts.makeReport(opened, record);
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
 * Several with multipliers s_i tell at most as much as one with 1/s² = Σ 1/s_i². Rounds that fail later are counted
 * too.
 */
function recordOf(
  record: ParticipationRecord,
  { taskId, task, atMs }: { readonly taskId: TaskId; readonly task: Task; readonly atMs: number },
): ParticipationRecord {
  const { kind, noiseMultiplier, delta } = task;
  const inverseVariances = record.inverseVariances + 1 / noiseMultiplier ** 2;
  const epsilon = epsilonOfInverseVariance(inverseVariances, delta);
  const spent = { numParticipations: record.spent.numParticipations + 1, epsilon, delta };
  return withParticipation(record, { taskId, kind, atMs, noiseMultiplier, spent });
}

function toOutcome(answer: EdgeAnswer): ParticipationOutcome {
  if (answer.kind !== 'bytes') return { kind: 'unanswered' };
  let receipt: ReportReceipt;
  try {
    receipt = parseJson(ReportReceiptSchema, answer.bytes, 'round-message-invalid');
  } catch {
    return { kind: 'unanswered' };
  }
  return receipt.kind === 'accepted' ? { kind: 'sent' } : receipt;
}
