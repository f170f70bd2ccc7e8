import { utf8 } from '#protocol/bytes.ts';
import { cosignEnvelope, type Envelope, signEnvelope } from '#protocol/envelope.ts';
import type { TaskId } from '#protocol/ids.ts';
import { signTask, type Task, type TaskKind } from '#protocol/task.ts';
import type { mayTakePart } from '#widget/participation-record.ts';
import { fakeDigest, NOW_MS } from './manifest-fixture.ts';
import { sampleTask } from './sample-task.ts';
import { partyKeys } from './vector-parties.ts';

const HOUR_MS = 3_600_000;

/** Envelopes of one task with other signatures. */
export async function checkedEnvelopes(): Promise<{ what: string; envelope: unknown }[]> {
  const { trainer, leader, helper } = await partyKeys();
  const task = sampleTask('metrics');
  const one = await signTask(task, trainer);
  const both = await cosignEnvelope(one, helper);
  const [byTrainer, byHelper] = both.signatures as [Signature, Signature];
  const byLeader = (await cosignEnvelope(one, leader)).signatures[1] as Signature;
  const wrong = { ...byHelper, sig: byTrainer.sig };
  const signed = (...signatures: readonly Signature[]) => ({ ...both, signatures });
  return [
    { what: 'both signatures', envelope: both },
    { what: 'the helper’s first', envelope: signed(byHelper, byTrainer) },
    { what: 'one by another key beside them, which is not verified', envelope: signed(byTrainer, byHelper, byLeader) },
    { what: 'two by the helper’s key, the last one right', envelope: signed(byTrainer, wrong, byHelper) },
    { what: 'two by the helper’s key, the last one wrong', envelope: signed(byTrainer, byHelper, wrong) },
    { what: 'a field that readers don’t know', envelope: { ...both, comment: 'none' } },
    { what: 'the trainer’s alone', envelope: one },
    { what: 'one by another key in place of the helper’s', envelope: signed(byTrainer, byLeader) },
    {
      what: 'the leader’s signature under the helper’s key',
      envelope: signed(byTrainer, { ...byLeader, publicKey: byHelper.publicKey }),
    },
    { what: 'no signature', envelope: signed() },
    { what: 'five signatures', envelope: signed(byTrainer, byHelper, byLeader, byLeader, byLeader) },
    {
      what: 'another key that is no base64url',
      envelope: signed(byTrainer, byHelper, { ...byLeader, publicKey: '+'.repeat(43) }),
    },
    { what: 'a payload with padding', envelope: { ...both, payload: `${both.payload}=` } },
    { what: 'a payload of one character more', envelope: { ...both, payload: `${both.payload}AAAA` } },
    {
      what: 'signed as a message of another type',
      envelope: await cosignEnvelope(
        await signEnvelope('application/vnd.vitrine.live+json', utf8(JSON.stringify(task)), trainer),
        helper,
      ),
    },
    {
      what: 'of another type than was signed',
      envelope: { ...both, payloadType: 'application/vnd.vitrine.live+json' },
    },
  ];
}

type Signature = Envelope['signatures'][number];

/** A task with some fields replaced. */
export interface TaskChange {
  readonly kind: TaskKind;
  readonly what: string;
  /** In place of the sample's own. */
  readonly change: object;
}

export function sampleTasks(): Record<TaskKind, Task> {
  return {
    'model-update': sampleTask('model-update'),
    metrics: sampleTask('metrics'),
    popularity: sampleTask('popularity'),
    'shadow-eval': sampleTask('shadow-eval'),
  };
}

/** On either side of every limit. */
export function taskChanges(): TaskChange[] {
  const update = sampleTask('model-update');
  const metrics = sampleTask('metrics');
  const popularity = sampleTask('popularity');
  const trial = sampleTask('shadow-eval');
  const { leader } = metrics;
  const changes: readonly (readonly [kind: TaskKind, what: string, change: object])[] = [
    ['model-update', 'as it is', {}],
    ['metrics', 'as it is', {}],
    ['popularity', 'as it is', {}],
    ['shadow-eval', 'as it is', {}],
    ['metrics', 'a field that readers don’t know', { comment: 'none' }],
    ['metrics', 'another format', { format: 1 }],
    ['metrics', 'another kind', { kind: 'clicks' }],
    ['metrics', 'a shop in upper case', { shop: 'Mug-shop' }],
    ['metrics', 'a digest in upper case', { modelDigest: 'A'.repeat(64) }],
    ['metrics', 'the smallest batches', { minBatch: 100, maxBatch: 100 }],
    ['metrics', 'minBatch below the floor', { minBatch: 99 }],
    ['metrics', 'maxBatch below minBatch', { minBatch: 400, maxBatch: 399 }],
    ['metrics', 'the largest batch', { maxBatch: 60_000 }],
    ['metrics', 'maxBatch above the most', { maxBatch: 60_001 }],
    ['metrics', 'half a report', { minBatch: 400.5 }],
    ['metrics', 'the least noise', { noiseMultiplier: 1e-6 }],
    ['metrics', 'less noise than the least', { noiseMultiplier: 9e-7 }],
    ['metrics', 'the most noise', { noiseMultiplier: 1e4 }],
    ['metrics', 'more noise than the most', { noiseMultiplier: 10_001 }],
    ['metrics', 'no delta', { delta: 0 }],
    ['metrics', 'the largest delta', { delta: 0.001 }],
    ['metrics', 'a larger delta', { delta: 0.0011 }],
    ['metrics', 'no separation', { minSeparationMs: 0 }],
    ['metrics', 'the most participations', { maxParticipations: 250 }],
    ['metrics', 'more participations', { maxParticipations: 251 }],
    ['metrics', 'no earlier tasks', { ledger: { ...metrics.ledger, count: 0 } }],
    ['metrics', 'fewer than no earlier tasks', { ledger: { ...metrics.ledger, count: -1 } }],
    ['metrics', 'a port', { leader: { ...leader, origin: 'https://edge.example:8443' } }],
    ['metrics', 'this machine, without encryption', { leader: { ...leader, origin: 'http://localhost:8787' } }],
    ['metrics', 'this machine by its address', { leader: { ...leader, origin: 'http://[::1]' } }],
    ['metrics', 'another machine without encryption', { leader: { ...leader, origin: 'http://edge.example' } }],
    ['metrics', 'a path', { leader: { ...leader, origin: 'https://edge.example/' } }],
    ['metrics', 'the last key id', { leader: { ...leader, hpkeKeyId: 255 } }],
    ['metrics', 'a key id of two bytes', { leader: { ...leader, hpkeKeyId: 256 } }],
    ['metrics', 'a key of 42 characters', { leader: { ...leader, hpkePublicKey: 'L'.repeat(42) } }],
    ['metrics', 'open for a millisecond', { closesAtMs: metrics.opensAtMs + 1 }],
    ['metrics', 'open for no time', { closesAtMs: metrics.opensAtMs }],
    ['metrics', 'no windowMs', { windowMs: 0 }],
    ['metrics', 'another kind’s function', { vdaf: { ...popularity.vdaf, length: 6, maxWeight: 3 } }],
    ['metrics', 'counts of five kinds of event', { vdaf: { ...metrics.vdaf, length: 5 } }],
    ['metrics', 'counts that fill two bytes', { vdaf: { ...metrics.vdaf, maxMeasurement: 65_535 } }],
    ['metrics', 'counts that do not', { vdaf: { ...metrics.vdaf, maxMeasurement: 65_536 } }],
    ['popularity', 'as many buckets as fit', { vdaf: { ...popularity.vdaf, length: 3553, chunkLength: 68 } }],
    ['popularity', 'more buckets', { vdaf: { ...popularity.vdaf, length: 3554, chunkLength: 68 } }],
    ['popularity', 'more items than buckets', { vdaf: { ...popularity.vdaf, length: 6, maxWeight: 7 } }],
    ['popularity', 'a seed in upper case', { bucketSeed: 'A'.repeat(64) }],
    ['shadow-eval', '25 cells', { vdaf: { ...trial.vdaf, length: 25 } }],
    ['shadow-eval', 'the longest manifest', { candidate: { ...trial.candidate, bytes: 2 ** 20 } }],
    ['shadow-eval', 'a longer manifest', { candidate: { ...trial.candidate, bytes: 2 ** 20 + 1 } }],
    ['shadow-eval', 'an empty manifest', { candidate: { ...trial.candidate, bytes: 0 } }],
    ['model-update', 'the longest sum and the highest rank', { vdaf: { ...update.vdaf, length: 10_000 }, rank: 16 }],
    ['model-update', 'a longer sum', { vdaf: { ...update.vdaf, length: 10_004 } }],
    ['model-update', 'a rank that does not divide the length', { rank: 7 }],
    ['model-update', 'a higher rank', { vdaf: { ...update.vdaf, length: 1700 }, rank: 17 }],
    ['model-update', 'a factor of one character', { factor: 'A' }],
    ['model-update', 'clipNorm · scale below 2^15 by less than a millionth of it', { scale: 65_535.94 }],
    ['model-update', 'clipNorm · scale below 2^15 by more than a millionth of it', { scale: 65_535.93 }],
    ['model-update', 'two negative numbers', { clipNorm: -0.5, scale: -65_536 }],
    ['model-update', 'as much noise as the ring has room for', { maxBatch: 60_000, noiseMultiplier: 489 }],
    ['model-update', 'more noise than the ring has room for', { maxBatch: 60_000, noiseMultiplier: 490 }],
    ['metrics', 'a largest batch whose counts have room for more', { maxBatch: 60_000, noiseMultiplier: 490 }],
  ];
  return changes.map(([kind, what, change]) => ({ kind, what, change }));
}

/** What a device asks its record. */
type Asked = Parameters<typeof mayTakePart>[1];
type Participations = Parameters<typeof mayTakePart>[0]['participations'];

export interface RecordCase {
  readonly what: string;
  readonly startedAtMs: number;
  readonly participations: Participations;
}

/** Records on either side of what a task asks of them. */
export function participationCases(): { readonly asked: Asked; readonly records: readonly RecordCase[] } {
  const { kind, minSeparationMs, maxParticipations, privacyWindowMs } = sampleTask('metrics');
  const taskId = fakeDigest(40) as string as TaskId;
  const begun = NOW_MS - 3 * privacyWindowMs;
  const asked = { taskId, task: { kind, minSeparationMs, maxParticipations, privacyWindowMs }, nowMs: NOW_MS };
  const at = (agoMs: number, other: { readonly kind?: string; readonly taskId?: TaskId } = {}) => ({
    kind: kind as string,
    taskId: fakeDigest(41) as string as TaskId,
    atMs: NOW_MS - agoMs,
    ...other,
  });
  const times = (count: number, firstAgoMs: number) =>
    Array.from({ length: count }, (_, i) => at(firstAgoMs - i * HOUR_MS));
  const cases: readonly (readonly [what: string, startedAtMs: number, participations: Participations])[] = [
    ['never before', begun, []],
    ['a record that begins now', NOW_MS, []],
    ['a record of one separation', NOW_MS - minSeparationMs, []],
    ['a record of a millisecond less', NOW_MS - minSeparationMs + 1, []],
    ['one separation after the last time', begun, [at(minSeparationMs)]],
    ['a millisecond before that', begun, [at(minSeparationMs - 1)]],
    ['just taken part in another kind', begun, [at(0, { kind: 'popularity' })]],
    ['in this very task', begun, [at(2 * privacyWindowMs, { taskId })]],
    ['in this very task, under another kind', begun, [at(2 * privacyWindowMs, { taskId, kind: 'popularity' })]],
    ['the most participations in the window', begun, times(maxParticipations, privacyWindowMs - 1)],
    ['one of them a window ago', begun, times(maxParticipations, privacyWindowMs)],
    ['a clock that was put back', begun, [at(-1, { kind: 'popularity' })]],
  ];
  const records = cases.map(([what, startedAtMs, participations]) => ({ what, startedAtMs, participations }));
  return { asked, records };
}
