import { beforeEach, describe, expect, test, vi } from 'vitest';
import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { ReportReceipt } from '#protocol/round-messages.ts';
import { cosignTask, signTask, type Task, type TaskOf } from '#protocol/task.ts';
import { createEdgePoster, type EdgeAnswer } from '#widget/edge-client.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { type ParticipationParts, takePart } from '#widget/participation.ts';
import { openParticipationRecord } from '#widget/participation-record.ts';
import { sampleTask } from '../protocol/sample-task.ts';
import { SHOP } from './published-shop.ts';

const START_MS = 1_900_000_000_000;
const HOUR_MS = 3_600_000;
const SEPARATION_MS = 6 * HOUR_MS;
const MODEL = { modelDigest: 'a1'.repeat(32) as Digest, itemFeatureDigest: 'b2'.repeat(32) as Digest };
const REPORT = utf8('a sealed report');

let trainer: SigningKey;
let helper: SigningKey;
let meta: MetaStore;
let nowMs: number;
/** What happened, in order. */
let log: string[];

beforeEach(async () => {
  trainer = (await generateSigningKey()).key;
  helper = (await generateSigningKey()).key;
  meta = createMemoryMeta();
  nowMs = START_MS;
  log = [];
});

function task(changes: Partial<TaskOf<'model-update'>> = {}): Task {
  return sampleTask('model-update', {
    shop: SHOP,
    ...MODEL,
    minSeparationMs: SEPARATION_MS,
    maxParticipations: 3,
    privacyWindowMs: 10 * SEPARATION_MS,
    opensAtMs: nowMs - HOUR_MS,
    closesAtMs: nowMs + HOUR_MS,
    ...changes,
  });
}

function bytes(value: unknown): EdgeAnswer {
  return { kind: 'bytes', bytes: utf8(JSON.stringify(value)) };
}

async function taskAnswer(changes: Partial<TaskOf<'model-update'>> = {}): Promise<EdgeAnswer> {
  return answerWith(task(changes));
}

/** These tasks, open and signed by both. */
async function answerWith(...tasks: readonly Task[]): Promise<EdgeAnswer> {
  return bytes(await Promise.all(tasks.map(async (one) => cosignTask(await signTask(one, trainer), helper))));
}

function attempt(readTasks: () => Promise<EdgeAnswer>, changes: Partial<ParticipationParts> = {}) {
  const receipt: ReportReceipt = { kind: 'accepted' };
  return takePart({
    shop: SHOP,
    trusted: [[trainer.fingerprint], helper.fingerprint],
    model: MODEL,
    meta: {
      ...meta,
      async set(key, value) {
        log.push(`store ${key}`);
        await meta.set(key, value);
      },
    },
    locks: navigator.locks,
    now: () => nowMs,
    readTasks,
    async makeReport() {
      log.push('learn');
      return REPORT;
    },
    async sendReport() {
      log.push('send');
      return bytes(receipt);
    },
    ...changes,
  });
}

/** A device that opted in long enough ago. */
async function waitOneSeparation(): Promise<void> {
  await openParticipationRecord(meta, nowMs);
  nowMs += SEPARATION_MS;
}

describe('taking part', () => {
  beforeEach(waitOneSeparation);

  test('is recorded before the report is sent', async () => {
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
    expect(log).toEqual(['learn', 'store participation', 'send']);
  });

  test('hands what was recorded before to what makes the report', async () => {
    const before = await openParticipationRecord(meta, nowMs);
    const makeReport = vi.fn(async () => REPORT);
    await attempt(() => taskAnswer(), { makeReport });
    expect(makeReport).toHaveBeenCalledWith(expect.anything(), before);
  });

  test('is possible under the least noise that any device accepts', async () => {
    expect(await attempt(() => taskAnswer({ noiseMultiplier: 0.5 }))).toEqual({ kind: 'sent' });
  });

  test('does not send what could not be recorded', async () => {
    const full = { ...meta, set: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
    expect(await attempt(() => taskAnswer(), { meta: full })).toEqual({ kind: 'failed', code: 'storage-full' });
    expect(log).toEqual(['learn']);
  });

  test('counts as a participation even if no receipt comes back', async () => {
    expect(await attempt(() => taskAnswer(), { sendReport: async () => ({ kind: 'unreachable' }) })).toEqual({
      kind: 'unanswered',
    });
    expect((await openParticipationRecord(meta, nowMs)).spent.numParticipations).toBe(1);
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
  });

  test.each(['late', 'full'] as const)('a receipt that says %s is passed on', async (kind) => {
    expect(await attempt(() => taskAnswer(), { sendReport: async () => bytes({ kind }) })).toEqual({ kind });
  });

  test.each<[what: string, kind: string, status: number, body: string]>([
    ['that accepts', 'sent', 202, '{"kind":"accepted"}'],
    ['of a closed round', 'late', 410, '{"kind":"late"}'],
    ['of a full round', 'full', 429, '{"kind":"full"}'],
    ['of a rate limit, without a body', 'unanswered', 429, ''],
    ['of a rate limit, as a page', 'unanswered', 429, '<!doctype html><title>Rate limited</title>'],
    ['of a rate limit, as a page longer than any receipt', 'unanswered', 429, '.'.repeat(7000)],
    ['of a rate limit, as JSON of its own', 'unanswered', 429, '{"kind":"slow-down"}'],
    ['that refuses', 'unanswered', 400, '{"code":"report-invalid","title":"No."}'],
    ['that knows no such task', 'unanswered', 404, '{"code":"unknown-task","title":"No."}'],
    ['of a server that fails', 'unanswered', 503, '{"kind":"accepted"}'],
  ])('an answer %s is heard as %s, and is one participation', async (_, kind, status, body) => {
    const reply = async () => new Response(body, { status });
    const poster = createEdgePoster({ edge: 'https://edge.example', shop: SHOP }, reply);
    const sendReport = (taskId: TaskId, report: Bytes) => poster.post(`tasks/${taskId}/reports`, report);
    expect(await attempt(() => taskAnswer(), { sendReport })).toEqual({ kind });
    expect((await openParticipationRecord(meta, nowMs)).spent.numParticipations).toBe(1);
  });

  test('adds up the epsilon of Gaussian releases with different noise', async () => {
    await attempt(() => taskAnswer({ noiseMultiplier: 3 }));
    nowMs += SEPARATION_MS;
    await attempt(() => taskAnswer({ noiseMultiplier: 4 }));
    // 1/3² + 1/4² = 1/2.4²
    const expected = epsilonOfInverseVariance(1 / 2.4 ** 2, 1e-6);
    const record = await openParticipationRecord(meta, nowMs);
    expect(record.spent.numParticipations).toBe(2);
    expect(record.spent.epsilon).toBeCloseTo(expected, 9);
  });
});

describe('a device waits', () => {
  test('one full separation where its record is missing', async () => {
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += SEPARATION_MS - 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
  });

  test.each([
    ['is of no format', { participations: [] }],
    ['has no times', { format: 2, startedAtMs: 0 }],
    ['is no record', 'participation'],
  ])('one full separation where its record %s', async (_, damaged) => {
    await meta.set('participation', damaged);
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += SEPARATION_MS;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
  });

  test('as long as before where an earlier release has kept its record', async () => {
    const taskId = 'ab'.repeat(32) as TaskId;
    const spent = { numParticipations: 2, epsilon: 3.1, delta: 1e-6 };
    const participations = [0, 1].map((time) => ({ taskId, atMs: nowMs + time * SEPARATION_MS }));
    await meta.set('participation', { format: 1, startedAtMs: 0, participations, inverseVariances: 0.7, spent });
    nowMs += 2 * SEPARATION_MS - 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += 1;
    expect(await attempt(() => taskAnswer({ maxParticipations: 2 }))).toEqual({ kind: 'not-yet' });
    expect(await attempt(() => taskAnswer({ noiseMultiplier: 2 }))).toEqual({ kind: 'sent' });
    const record = await openParticipationRecord(meta, nowMs);
    expect([record.format, record.spent.numParticipations]).toEqual([2, 3]);
    expect(record.participations.map(({ kind }) => kind)).toEqual(new Array(3).fill('model-update'));
    expect(record.spent.epsilon).toBeCloseTo(epsilonOfInverseVariance(0.7 + 1 / 2 ** 2, 1e-6), 9);
  });

  test('for the release that keeps its record, if that is a later one', async () => {
    const later = { format: 3, startedAtMs: 0, spent: { numParticipations: 9, epsilon: 5, delta: 1e-6 } };
    await meta.set('participation', later);
    nowMs += 100 * SEPARATION_MS;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'failed', code: 'storage-denied' });
    expect(await meta.get('participation')).toEqual(later);
  });

  test('one separation between two times', async () => {
    await waitOneSeparation();
    await attempt(() => taskAnswer());
    nowMs += SEPARATION_MS - 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
  });

  test('until the window has room again', async () => {
    await waitOneSeparation();
    const firstMs = nowMs;
    for (let time = 0; time < 3; time++) {
      expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
      nowMs += SEPARATION_MS;
    }
    nowMs = firstMs + 10 * SEPARATION_MS - 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += 1;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
  });

  test('for another task after it has taken part in one', async () => {
    await waitOneSeparation();
    const answer = await taskAnswer({ closesAtMs: nowMs + 100 * SEPARATION_MS });
    expect(await attempt(async () => answer)).toEqual({ kind: 'sent' });
    nowMs += 2 * SEPARATION_MS;
    expect(await attempt(async () => answer)).toEqual({ kind: 'not-yet' });
  });

  test('while its clock stands before its last time', async () => {
    await waitOneSeparation();
    await attempt(() => taskAnswer());
    nowMs -= 5 * SEPARATION_MS;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
  });
});

describe('nothing is learned or recorded', () => {
  beforeEach(async () => {
    await waitOneSeparation();
    log = [];
  });

  const cases: [name: string, kind: string, answer: () => Promise<EdgeAnswer>][] = [
    ['without a task', 'no-task', () => answerWith()],
    ['from an edge that has no tasks at all', 'offline', async () => ({ kind: 'none' })],
    ['without an edge', 'offline', async () => ({ kind: 'unreachable' })],
    ['for another model', 'wrong-model', () => taskAnswer({ modelDigest: 'd4'.repeat(32) as Digest })],
    ['for other item features', 'wrong-model', () => taskAnswer({ itemFeatureDigest: 'd4'.repeat(32) as Digest })],
    ['with less noise than any device accepts', 'too-little-noise', () => taskAnswer({ noiseMultiplier: 0.49 })],
    ['before the task opens', 'not-yet', () => taskAnswer({ opensAtMs: nowMs + 1 })],
    ['from the moment it closes', 'late', () => taskAnswer({ closesAtMs: nowMs })],
  ];
  test.each(cases)('%s', async (_name, kind, answer) => {
    expect(await attempt(answer)).toEqual({ kind });
    expect(log).toEqual([]);
  });

  test('for a task that the helper has not signed', async () => {
    const answer = async () => bytes([await signTask(task(), trainer)]);
    expect(await attempt(answer)).toEqual({ kind: 'failed', code: 'unknown-key' });
    expect(log).toEqual([]);
  });

  test('for a task that somebody else has signed in the helper’s place', async () => {
    const { key: stranger } = await generateSigningKey();
    const answer = async () => bytes([await cosignTask(await signTask(task(), trainer), stranger)]);
    expect(await attempt(answer)).toEqual({ kind: 'failed', code: 'unknown-key' });
    expect(log).toEqual([]);
  });

  test('where the model has gone from storage', async () => {
    expect(await attempt(() => taskAnswer(), { makeReport: async () => undefined })).toEqual({ kind: 'not-stored' });
    expect(log).toEqual([]);
  });
});

test('two tabs never take part at once', async () => {
  await waitOneSeparation();
  const { promise: sending, resolve: sendsNow } = Promise.withResolvers<void>();
  const { promise: receipt, resolve: answerWith } = Promise.withResolvers<EdgeAnswer>();
  const first = attempt(() => taskAnswer(), {
    sendReport: (_taskId: TaskId, _report: Bytes) => {
      sendsNow();
      return receipt;
    },
  });
  await sending;
  expect(await attempt(() => taskAnswer())).toEqual({ kind: 'busy' });
  answerWith(bytes({ kind: 'accepted' }));
  expect(await first).toEqual({ kind: 'sent' });
});

describe('of several tasks', () => {
  const timely = () => ({
    shop: SHOP,
    modelDigest: MODEL.modelDigest,
    opensAtMs: nowMs - 1,
    closesAtMs: nowMs + HOUR_MS,
  });
  const metrics = () => sampleTask('metrics', { ...timely(), minSeparationMs: SEPARATION_MS });
  const popularity = () => sampleTask('popularity', { ...timely(), minSeparationMs: 2 * SEPARATION_MS });

  beforeEach(waitOneSeparation);

  test('a device takes part in each that it may, one after the other', async () => {
    nowMs += SEPARATION_MS;
    expect(await attempt(() => answerWith(task(), metrics(), popularity()))).toEqual({ kind: 'sent' });
    expect(log).toEqual(new Array(3).fill(['learn', 'store participation', 'send']).flat());
    const { participations, spent } = await openParticipationRecord(meta, nowMs);
    expect(participations.map(({ kind }) => kind)).toEqual(['model-update', 'metrics', 'popularity']);
    expect(spent.numParticipations).toBe(3);
  });

  test('a device waits for each kind by itself', async () => {
    await attempt(() => answerWith(metrics()));
    nowMs += SEPARATION_MS - 1;
    expect(await attempt(() => answerWith(metrics(), task()))).toEqual({ kind: 'sent' });
    const { participations } = await openParticipationRecord(meta, nowMs);
    expect(participations.map(({ kind }) => kind)).toEqual(['metrics', 'model-update']);
  });

  test('one that is not to be trusted, or of a kind to come, stands in no other’s way', async () => {
    const good = await cosignTask(await signTask(metrics(), trainer), helper);
    const unsigned = await signTask(task(), trainer);
    const toCome = await cosignTask(await signTask({ ...task(), kind: 'later' } as unknown as Task, trainer), helper);
    expect(await attempt(async () => bytes([unsigned, toCome, 'nonsense', good]))).toEqual({ kind: 'sent' });
    expect(log).toEqual(['learn', 'store participation', 'send']);
  });

  test('more than 16 are not looked at', async () => {
    const many = new Array(17).fill(await signTask(task(), trainer));
    expect(await attempt(async () => bytes(many))).toEqual({ kind: 'failed', code: 'task-invalid' });
  });
});
