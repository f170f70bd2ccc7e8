import { vi } from 'vitest';
import { fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { type Envelope, EnvelopeSchema } from '#protocol/envelope.ts';
import type { TaskId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { LedgerSchema } from '#protocol/ledger.ts';
import { type LedgerState, ledgerStateOf } from '#protocol/ledger-state.ts';
import { parseJson, parseWith } from '#protocol/parse.ts';
import { type RoundState, RoundStateSchema, type TaskKey, TaskKeySchema } from '#protocol/round-messages.ts';
import { signTask, type Task, type TaskKind, type TaskOf } from '#protocol/task.ts';
import { sampleTask } from '../protocol/sample-task.ts';
import type { startTestParties, TestParty } from './local-parties.ts';
import { SHOP, sendSigned } from './publishing-fixture.ts';
import { HOUR_MS, NUM_PARAMS } from './round-fixture.ts';

export type TestParties = Awaited<ReturnType<typeof startTestParties>>;

/** A key of one party for a task to come. */
export async function requestTaskKey(party: TestParty, key: SigningKey): Promise<TaskKey> {
  const response = await sendSigned(party.origin, { method: 'POST', path: '/task-keys' }, { key });
  return parseJson(TaskKeySchema, await response.text(), 'round-message-invalid');
}

const SMALL_UPDATE = {
  vdaf: { type: 'UnverifiedVectorSum', length: NUM_PARAMS },
  rank: 3,
  clipNorm: 4,
  scale: 2 ** 13,
} as const;

/** A `model-update` task of a small sum. `overrides` replace its fields. */
export function draftTask(
  parties: TestParties,
  overrides: Partial<TaskOf<'model-update'>> = {},
): Promise<TaskOf<'model-update'>> {
  return draftTaskOf(parties, 'model-update', { ...SMALL_UPDATE, ...overrides });
}

/** A task of some kind for the published model, open now. `overrides` replace its fields. */
export async function draftTaskOf<Kind extends TaskKind>(
  { leader, helper, shopKey }: TestParties,
  kind: Kind,
  overrides: Partial<TaskOf<Kind>> = {},
): Promise<TaskOf<Kind>> {
  const published = await fetch(`${leader.origin}/v1/shops/${SHOP}/manifest`);
  const manifest = parseJson(EnvelopeSchema, await published.text(), 'envelope-invalid');
  const nowMs = Date.now();
  return {
    ...sampleTask(kind),
    shop: SHOP,
    modelDigest: await digestOf(fromBase64Url(manifest.payload)),
    minBatch: 110,
    maxBatch: 400,
    noiseMultiplier: 0.01,
    ledger: await shareLedger(leader, helper, shopKey),
    leader: { origin: leader.origin, ...(await requestTaskKey(leader, shopKey)) },
    helper: { origin: helper.origin, ...(await requestTaskKey(helper, shopKey)) },
    opensAtMs: nowMs - 60_000,
    closesAtMs: nowMs + 2 * HOUR_MS,
    ...overrides,
  };
}

/** One party's copy of the ledger. */
export async function readLedgerAt(party: TestParty, key: SigningKey): Promise<readonly Envelope[]> {
  const response = await sendSigned(party.origin, { method: 'GET', path: '/ledger' }, { key });
  return parseJson(LedgerSchema, await response.text(), 'round-message-invalid').entries;
}

/** Adds entries to one party's copy. */
export function addToLedgerAt(party: TestParty, entries: readonly Envelope[], key: SigningKey): Promise<Response> {
  return sendSigned(party.origin, { method: 'POST', path: '/ledger', body: JSON.stringify({ entries }) }, { key });
}

/** Gives the leader what the helper knows, as a trainer does before each round. */
async function shareLedger(leader: TestParty, helper: TestParty, key: SigningKey): Promise<LedgerState> {
  const entries = await readLedgerAt(helper, key);
  if (entries.length > 0) await addToLedgerAt(leader, entries, key);
  const ids = entries.map(({ payload }) => digestOf(fromBase64Url(payload)) as Promise<string> as Promise<TaskId>);
  return ledgerStateOf(await Promise.all(ids));
}

/** Sends a task to one party. */
export function registerAt(party: TestParty, envelope: Envelope, key: SigningKey): Promise<Response> {
  return sendSigned(party.origin, { method: 'POST', path: '/tasks', body: JSON.stringify(envelope) }, { key });
}

/** A task that both parties have registered: cosigned by the helper, open at the leader. */
export async function openTestTask(parties: TestParties, overrides: Partial<TaskOf<'model-update'>> = {}) {
  return openDraft(parties, await draftTask(parties, overrides));
}

/** The same for a task that is drafted already. */
export async function openDraft<SomeTask extends Task>(parties: TestParties, task: SomeTask) {
  const { leader, helper, shopKey } = parties;
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
