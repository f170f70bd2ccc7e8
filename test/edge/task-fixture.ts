import { vi } from 'vitest';
import { fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { type Envelope, EnvelopeSchema } from '#protocol/envelope.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { parseJson, parseWith } from '#protocol/parse.ts';
import { type RoundState, RoundStateSchema, type TaskKey, TaskKeySchema } from '#protocol/round-messages.ts';
import { signTask, type Task } from '#protocol/task.ts';
import type { startTestParties, TestParty } from './local-parties.ts';
import { SHOP, sendSigned } from './publishing-fixture.ts';
import { HOUR_MS, NUM_PARAMS } from './round-fixture.ts';

export type TestParties = Awaited<ReturnType<typeof startTestParties>>;

/** A key of one party for a task to come. */
export async function requestTaskKey(party: TestParty, key: SigningKey): Promise<TaskKey> {
  const response = await sendSigned(party.origin, { method: 'POST', path: '/task-keys' }, { key });
  return parseJson(TaskKeySchema, await response.text(), 'round-message-invalid');
}

/** A task for the published model, open now. `overrides` replace its fields. */
export async function draftTask(
  { leader, helper, shopKey }: TestParties,
  overrides: Partial<Task> = {},
): Promise<Task> {
  const published = await fetch(`${leader.origin}/v1/shops/${SHOP}/manifest`);
  const manifest = parseJson(EnvelopeSchema, await published.text(), 'envelope-invalid');
  const nowMs = Date.now();
  return {
    format: 1,
    kind: 'model-update',
    shop: SHOP,
    modelDigest: await digestOf(fromBase64Url(manifest.payload)),
    itemFeatureDigest: '4d'.repeat(32) as Digest,
    numParams: NUM_PARAMS,
    rank: 3,
    factor: `${'c3'.repeat(128)}vw`,
    clipNorm: 4,
    scale: 2 ** 13,
    minBatch: 110,
    maxBatch: 400,
    noiseMultiplier: 0.01,
    delta: 1e-6,
    minSeparationMs: 24 * HOUR_MS,
    maxParticipations: 3,
    privacyWindowMs: 720 * HOUR_MS,
    leader: { origin: leader.origin, ...(await requestTaskKey(leader, shopKey)) },
    helper: { origin: helper.origin, ...(await requestTaskKey(helper, shopKey)) },
    opensAtMs: nowMs - 60_000,
    closesAtMs: nowMs + 2 * HOUR_MS,
    ...overrides,
  };
}

/** Sends a task to one party. */
export function registerAt(party: TestParty, envelope: Envelope, key: SigningKey): Promise<Response> {
  return sendSigned(party.origin, { method: 'POST', path: '/tasks', body: JSON.stringify(envelope) }, { key });
}

/** A task that both parties have registered: cosigned by the helper, open at the leader. */
export async function openTestTask(parties: TestParties, overrides: Partial<Task> = {}) {
  const { leader, helper, shopKey } = parties;
  const task = await draftTask(parties, overrides);
  const cosigned = await registerAt(helper, await signTask(task, shopKey), shopKey);
  const envelope = parseWith(EnvelopeSchema, await cosigned.json(), 'envelope-invalid');
  const opened = await registerAt(leader, envelope, shopKey);
  if (!opened.ok) throw new Error(`expected the task to be opened, got ${await opened.text()}`);
  const taskId = (await digestOf(fromBase64Url(envelope.payload))) as string as TaskId;
  return { task, taskId, envelope };
}

/** How a party's round stands. */
export async function stateAt(party: TestParty, taskId: TaskId, key: SigningKey): Promise<RoundState> {
  const response = await sendSigned(party.origin, { method: 'GET', path: `/tasks/${taskId}` }, { key });
  return parseJson(RoundStateSchema, await response.text(), 'round-message-invalid');
}

/** How a party's round stands once it has ended, in whichever way. */
export async function waitForEnd(party: TestParty, taskId: TaskId, key: SigningKey): Promise<RoundState> {
  return vi.waitUntil(
    async () => {
      const state = await stateAt(party, taskId, key);
      return (state.kind === 'released' || state.kind === 'failed') && state;
    },
    { timeout: 20_000, interval: 20 },
  );
}
