import { beforeAll, beforeEach, expect, test } from 'vitest';
import { generateHpkeKeyPair } from '#privacy/hpke.ts';
import { fromBase64Url, toBase64Url, utf8, utf8Text } from '#protocol/bytes.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { cosignTask, signTask, type TaskOf } from '#protocol/task.ts';
import type { EdgeAnswer } from '#widget/edge-client.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { takePart } from '#widget/participation.ts';
import { NOW_MS } from '../protocol/manifest-fixture.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const HOUR_MS = 3_600_000;
const SEPARATION_MS = 24 * HOUR_MS;

let trainer: SigningKey;
let helper: SigningKey;
/** What the device keeps. Gone where the shopper wipes the browser. */
let storage: MetaStore;
let nowMs: number;
/** The tasks that the device has sent a report to. */
let sentTo: TaskId[];

beforeAll(async () => {
  ({ key: trainer } = await generateSigningKey());
  ({ key: helper } = await generateSigningKey());
});

beforeEach(async () => {
  storage = createMemoryMeta();
  sentTo = [];
  nowMs = NOW_MS;
  // A device that begins its record and waits its first separation.
  await offer(await signed());
  nowMs += SEPARATION_MS;
});

/** A task that is open now. */
function openTask(changes: Partial<TaskOf<'metrics'>> = {}): TaskOf<'metrics'> {
  const common = { minSeparationMs: SEPARATION_MS, maxParticipations: 3, privacyWindowMs: 10 * SEPARATION_MS };
  return sampleTask('metrics', { ...common, opensAtMs: nowMs - HOUR_MS, closesAtMs: nowMs + HOUR_MS, ...changes });
}

async function signed(changes: Partial<TaskOf<'metrics'>> = {}, by = helper): Promise<Envelope> {
  return cosignTask(await signTask(openTask(changes), trainer), by);
}

/** What comes of it when a leader hands the device this task. */
async function offer(task: Envelope): Promise<string> {
  const answer = (value: unknown): EdgeAnswer => ({ kind: 'bytes', bytes: utf8(JSON.stringify(value)) });
  const { modelDigest, shop } = openTask();
  const outcome = await takePart({
    shop,
    trusted: [[trainer.fingerprint], helper.fingerprint],
    model: { modelDigest, itemFeatureDigest: 'b2'.repeat(32) as Digest },
    meta: storage,
    locks: navigator.locks,
    now: () => nowMs,
    readTasks: async () => answer([task]),
    makeReport: async () => utf8('a sealed report'),
    async sendReport(taskId) {
      sentTo.push(taskId);
      return answer({ kind: 'accepted' });
    },
  });
  return outcome.kind === 'failed' ? outcome.code : outcome.kind;
}

test('a device takes part in a task that both have signed', async () => {
  expect(await offer(await signed())).toBe('sent');
  expect(sentTo).toHaveLength(1);
});

test.each<[string, Partial<TaskOf<'metrics'>>]>([
  ['99 devices', { minBatch: 99 }],
  ['this one device', { minBatch: 1, maxBatch: 1 }],
  ['no noise to speak of', { noiseMultiplier: 1e-7 }],
  ['reports without a separation', { minSeparationMs: 0 }],
  ['reports before their separation is over', { minSeparationMs: -SEPARATION_MS }],
])('a device refuses a task for %s, whoever has signed it', async (_, changes) => {
  expect(await offer(await signed(changes))).toBe('task-invalid');
  expect(sentTo).toEqual([]);
});

test('a device refuses a task that was changed for it alone', async () => {
  const envelope = await signed();
  const { publicKey } = await generateHpkeKeyPair();
  const forged = JSON.parse(utf8Text(fromBase64Url(envelope.payload)));
  forged.helper.hpkePublicKey = publicKey;
  expect(await offer({ ...envelope, payload: toBase64Url(utf8(JSON.stringify(forged))) })).toBe('signature-invalid');
  expect(sentTo).toEqual([]);
});

test('a device refuses a task between parties of the attacker’s own, whose helper is not the shop’s', async () => {
  const { key: attacker } = await generateSigningKey();
  expect(await offer(await signed({}, attacker))).toBe('unknown-key');
  expect(sentTo).toEqual([]);
});

test('a task told apart only by its id gets no second report out of a device within the separation', async () => {
  expect(await offer(await signed())).toBe('sent');
  for (const maxBatch of [2999, 2998, 2997]) {
    nowMs += HOUR_MS;
    expect(await offer(await signed({ maxBatch }))).toBe('not-yet');
  }
  expect(sentTo).toHaveLength(1);
});

test('tasks that ask for no separation get no more reports out of a device than their window allows', async () => {
  for (let again = 0; again < 10; again++) {
    nowMs += 1000;
    await offer(await signed({ minSeparationMs: 1, maxBatch: 2000 + again }));
  }
  expect(sentTo).toHaveLength(3);
});

test('a device that comes back under a fresh identity waits one separation, and then counts as a new one', async () => {
  expect(await offer(await signed())).toBe('sent');
  storage = createMemoryMeta();
  nowMs += 1;
  expect(await offer(await signed())).toBe('not-yet');
  nowMs += SEPARATION_MS - 1;
  expect(await offer(await signed())).toBe('not-yet');
  nowMs += 1;
  // The unit of privacy is the browser profile: whoever wipes it often is several units.
  expect(await offer(await signed())).toBe('sent');
  expect(sentTo).toHaveLength(2);
});
