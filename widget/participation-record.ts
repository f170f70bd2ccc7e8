import * as v from 'valibot';
import { type TaskId, TaskIdSchema, TimeMsSchema } from '#protocol/ids.ts';
import { MAX_PARTICIPATIONS, type Task, type TaskKind } from '#protocol/task.ts';
import type { MetaStore } from './meta.ts';
import { NOTHING_SPENT, type PrivacySpent, PrivacySpentSchema } from './privacy-spent.ts';
import { WidgetError } from './widget-error.ts';

const RECORD_FORMAT = 2;

const NonNegativeSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

const RecordSchema = v.object({
  /** Format 1, which 0.1.0 wrote, is the same without kinds: it knew one. */
  format: v.picklist([1, RECORD_FORMAT]),
  /** When this record began: a device that has none counts as having just taken part. */
  startedAtMs: TimeMsSchema,
  /** The latest, oldest first. */
  participations: v.array(
    v.object({ taskId: TaskIdSchema, kind: v.optional(v.string(), 'model-update'), atMs: TimeMsSchema }),
  ),
  /** Sum of 1 / noiseMultiplier² over all participations ever: Gaussian noise composes by it. */
  inverseVariances: NonNegativeSchema,
  spent: PrivacySpentSchema,
});

/** When this browser profile took part in learning. Holds nothing of what it contributed. */
export type ParticipationRecord = v.InferOutput<typeof RecordSchema>;

/** What is recorded of one participation, before its report leaves. */
export interface Participation {
  readonly taskId: TaskId;
  readonly kind: TaskKind;
  readonly atMs: number;
  readonly noiseMultiplier: number;
  readonly spent: PrivacySpent;
}

/**
 * The stored record, or one that begins now: what is missing or damaged counts as having just taken part.
 *
 * @throws {WidgetError} `storage-denied` if a later release has kept it. It stays as it is: nobody can tell here how
 *   often the device took part.
 */
export async function openParticipationRecord(meta: MetaStore, nowMs: number): Promise<ParticipationRecord> {
  const stored = await meta.get('participation');
  const result = v.safeParse(RecordSchema, stored);
  if (result.success) return result.output;
  if (Number(Object(stored).format) > RECORD_FORMAT) {
    throw new WidgetError('storage-denied', `expected a record of format ${RECORD_FORMAT} or 1, got a later one`);
  }
  const record: ParticipationRecord = {
    format: RECORD_FORMAT,
    startedAtMs: nowMs,
    participations: [],
    inverseVariances: 0,
    spent: NOTHING_SPENT,
  };
  await meta.set('participation', record);
  return record;
}

/** The record with one more participation: of each kind the latest stay, as many as any task counts. */
export function withParticipation(
  record: ParticipationRecord,
  { taskId, kind, atMs, noiseMultiplier, spent }: Participation,
): ParticipationRecord {
  const { participations } = record;
  const [oldest, ...later] = participations.filter((past) => past.kind === kind);
  const isFull = later.length + 1 >= MAX_PARTICIPATIONS;
  const kept = isFull ? participations.filter((past) => past !== oldest) : participations;
  return {
    ...record,
    format: RECORD_FORMAT,
    participations: [...kept, { taskId, kind, atMs }],
    inverseVariances: record.inverseVariances + 1 / noiseMultiplier ** 2,
    spent,
  };
}

/** When the device last took part in a task of this kind; `undefined` if never. */
export function latestIn({ participations }: ParticipationRecord, kind: TaskKind): number | undefined {
  return participations.findLast((past) => past.kind === kind)?.atMs;
}

/**
 * Whether a device may take part in a task now.
 *
 * Guarantees:
 * - Never twice in one task.
 * - Not within `minSeparationMs` of its last time in a task of this kind, or of the beginning of its record.
 * - At most `maxParticipations` times in tasks of this kind within any `privacyWindowMs`.
 * - Not while its clock stands before a time already recorded.
 */
export function mayTakePart(
  { startedAtMs, participations }: ParticipationRecord,
  {
    taskId,
    task,
    nowMs,
  }: {
    readonly taskId: TaskId;
    readonly task: Pick<Task, 'kind' | 'minSeparationMs' | 'maxParticipations' | 'privacyWindowMs'>;
    readonly nowMs: number;
  },
): boolean {
  if (participations.some((past) => past.taskId === taskId)) return false;
  if (participations.some(({ atMs }) => nowMs < atMs)) return false;
  const ofKind = participations.filter(({ kind }) => kind === task.kind);
  const lastMs = Math.max(startedAtMs, ...ofKind.map(({ atMs }) => atMs));
  const numInWindow = ofKind.filter(({ atMs }) => nowMs - atMs < task.privacyWindowMs).length;
  return nowMs - lastMs >= task.minSeparationMs && numInWindow < task.maxParticipations;
}
