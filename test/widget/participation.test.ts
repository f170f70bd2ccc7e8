import { beforeEach, describe, expect, test } from 'vitest';
import { epsilonOf } from '#privacy/accountant.ts';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { ReportReceipt } from '#protocol/round-messages.ts';
import { cosignTask, signTask, type Task } from '#protocol/task.ts';
import type { EdgeAnswer } from '#widget/edge-client.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { type ParticipationParts, takePart } from '#widget/participation.ts';
import { beginParticipationRecord, readParticipationRecord } from '#widget/participation-record.ts';
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

async function task(changes: Partial<Task> = {}): Promise<Task> {
  const party = { hpkeKeyId: 3, hpkePublicKey: 'A'.repeat(43) };
  return {
    format: 1,
    kind: 'model-update',
    shop: SHOP,
    ...MODEL,
    numParams: 120,
    rank: 4,
    factor: `${'c3'.repeat(128)}vw`,
    clipNorm: 0.5,
    scale: 65536,
    minBatch: 100,
    maxBatch: 500,
    noiseMultiplier: 2.5,
    delta: 1e-6,
    minSeparationMs: SEPARATION_MS,
    maxParticipations: 3,
    privacyWindowMs: 10 * SEPARATION_MS,
    leader: { origin: 'https://leader.example', ...party },
    helper: { origin: 'https://helper.example', ...party },
    opensAtMs: nowMs - HOUR_MS,
    closesAtMs: nowMs + HOUR_MS,
    ...changes,
  };
}

function bytes(value: unknown): EdgeAnswer {
  return { kind: 'bytes', bytes: utf8(JSON.stringify(value)) };
}

async function taskAnswer(changes: Partial<Task> = {}): Promise<EdgeAnswer> {
  return bytes(await cosignTask(await signTask(await task(changes), trainer), helper));
}

function attempt(readTask: () => Promise<EdgeAnswer>, changes: Partial<ParticipationParts> = {}) {
  const receipt: ReportReceipt = { kind: 'accepted' };
  return takePart({
    shop: SHOP,
    trusted: [trainer.fingerprint, helper.fingerprint],
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
    readTask,
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
  await beginParticipationRecord(meta, nowMs);
  nowMs += SEPARATION_MS;
}

describe('taking part', () => {
  beforeEach(waitOneSeparation);

  test('is recorded before the report is sent', async () => {
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
    expect(log).toEqual(['learn', 'store participation', 'send']);
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
    expect((await readParticipationRecord(meta))?.spent.numParticipations).toBe(1);
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
  });

  test.each(['late', 'full'] as const)('a receipt that says %s is passed on', async (kind) => {
    expect(await attempt(() => taskAnswer(), { sendReport: async () => bytes({ kind }) })).toEqual({ kind });
  });

  test('adds up the epsilon of Gaussian releases with different noise', async () => {
    await attempt(() => taskAnswer({ noiseMultiplier: 3 }));
    nowMs += SEPARATION_MS;
    await attempt(() => taskAnswer({ noiseMultiplier: 4 }));
    // 1/3² + 1/4² = 1/2.4²
    const expected = epsilonOf({ noiseMultiplier: 2.4, releases: 1, delta: 1e-6 });
    const record = await readParticipationRecord(meta);
    expect(record?.spent.numParticipations).toBe(2);
    expect(record?.spent.epsilon).toBeCloseTo(expected, 9);
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

  test('one full separation where its record cannot be read', async () => {
    await meta.set('participation', { format: 99 });
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'not-yet' });
    nowMs += SEPARATION_MS;
    expect(await attempt(() => taskAnswer())).toEqual({ kind: 'sent' });
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
    ['without a task', 'no-task', async () => ({ kind: 'none' })],
    ['without an edge', 'offline', async () => ({ kind: 'unreachable' })],
    ['for another model', 'wrong-model', () => taskAnswer({ modelDigest: 'd4'.repeat(32) as Digest })],
    ['for other item features', 'wrong-model', () => taskAnswer({ itemFeatureDigest: 'd4'.repeat(32) as Digest })],
    ['before the task opens', 'not-yet', () => taskAnswer({ opensAtMs: nowMs + 1 })],
    ['from the moment it closes', 'late', () => taskAnswer({ closesAtMs: nowMs })],
  ];
  test.each(cases)('%s', async (_name, kind, answer) => {
    expect(await attempt(answer)).toEqual({ kind });
    expect(log).toEqual([]);
  });

  test('for a task that the helper has not signed', async () => {
    const answer = async () => bytes(await signTask(await task(), trainer));
    expect(await attempt(answer)).toEqual({ kind: 'failed', code: 'unknown-key' });
    expect(log).toEqual([]);
  });

  test('for a task that somebody else has signed in the helper’s place', async () => {
    const { key: stranger } = await generateSigningKey();
    const answer = async () => bytes(await cosignTask(await signTask(await task(), trainer), stranger));
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
