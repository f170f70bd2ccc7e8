import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { generateHpkeKeyPair } from '#privacy/hpke.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { TaskId } from '#protocol/ids.ts';
import { parseJson } from '#protocol/parse.ts';
import { AggregateShareSchema } from '#protocol/round-messages.ts';
import { cosignTask, signTask, type Task, type TaskOf } from '#protocol/task.ts';
import { startTestParties, type TestParty } from '../edge/local-parties.ts';
import { problemOf, publishTinyModel, sendSigned, stageTinyCandidate } from '../edge/publishing-fixture.ts';
import { HOUR_MS } from '../edge/round-fixture.ts';
import {
  addToLedgerAt,
  draftTask,
  draftTaskOf,
  openDraft,
  openTestTask,
  readLedgerAt,
  registerAt,
  stateAt,
  type TestParties,
  waitForEnd,
} from '../edge/task-fixture.ts';
import { firstDevices } from './attacked-round.ts';
import { makeCheatingReport, makeKindReports, PROVED_KINDS, sumOfOutputs } from './kind-fixture.ts';

let parties: TestParties;

beforeAll(async () => {
  parties = await startTestParties();
  await publishTinyModel(parties.leader.origin, parties.shopKey);
}, 30_000);

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

function postReport(taskId: TaskId, report: Bytes): Promise<Response> {
  const url = `${parties.leader.origin}/v1/shops/mug-shop/tasks/${taskId}/reports`;
  return fetch(url, { method: 'POST', body: report });
}

function closeTask(taskId: TaskId): Promise<Response> {
  const request = { method: 'POST', path: `/tasks/${taskId}/close` };
  return sendSigned(parties.leader.origin, request, { key: parties.shopKey });
}

async function shareAt(party: TestParty, taskId: TaskId): Promise<Bytes> {
  const request = { method: 'GET', path: `/tasks/${taskId}/aggregate-share` };
  const answer = await sendSigned(party.origin, request, { key: parties.shopKey });
  return fromBase64Url(parseJson(AggregateShareSchema, await answer.text(), 'round-message-invalid').share);
}

test.each(PROVED_KINDS)(
  'a round of %s leaves out a device that cheats and releases the sum of the rest',
  async (kind) => {
    // Next to no noise: the sum can be compared exactly.
    const draft = await draftTaskOf<(typeof PROVED_KINDS)[number]>(parties, kind, { noiseMultiplier: 1e-6 });
    // As many buckets as the fixture's devices have to do with.
    const small = { type: 'Prio3MultihotCountVec', length: 24, maxWeight: 3, chunkLength: 6 } as const;
    if (draft.kind === 'shadow-eval') {
      draft.candidate = await stageTinyCandidate(parties.leader.origin, parties.shopKey);
    }
    const { task, taskId } = await openDraft(parties, draft.kind === 'popularity' ? { ...draft, vdaf: small } : draft);
    const devices = { task: task as Task, taskId, nowMs: Date.now() };
    const reports = [await makeCheatingReport(devices), ...(await makeKindReports(devices, 112))];
    const answers = await Promise.all(reports.map((report) => postReport(taskId, report)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await closeTask(taskId);
    expect(await waitForEnd(parties.leader, taskId, parties.shopKey)).toEqual({ kind: 'released', count: 112 });
    const shares = [await shareAt(parties.leader, taskId), await shareAt(parties.helper, taskId)] as const;
    expect(Array.from(collect(...shares, { ring: elementRing(16), vdaf: task.vdaf }))).toEqual(
      sumOfOutputs(firstDevices(112), task),
    );
  },
);

/** Signed by the shop and with the helper's own key: as if the helper had not looked. */
async function signedByBoth(task: Task): Promise<Envelope> {
  return cosignTask(await signTask(task, parties.shopKey), parties.helperKey);
}

describe('neither party takes a task', () => {
  test.each<[string, Partial<TaskOf<'model-update'>>, [number, string]]>([
    ['for fewer than 100 devices', { minBatch: 99 }, [400, 'task-invalid']],
    ['with next to no noise', { noiseMultiplier: 1e-9 }, [400, 'task-invalid']],
    [
      'of a trainer whose clock is two hours ahead',
      { opensAtMs: Date.now() + 2 * HOUR_MS, closesAtMs: Date.now() + 9 * HOUR_MS },
      [409, 'task-clock-differs'],
    ],
    [
      'of a trainer whose clock is two hours behind',
      { opensAtMs: Date.now() - 2 * HOUR_MS, closesAtMs: Date.now() + HOUR_MS },
      [409, 'task-clock-differs'],
    ],
  ])('%s', async (_, overrides, problem) => {
    const envelope = await signedByBoth(await draftTask(parties, overrides));
    for (const party of [parties.leader, parties.helper]) {
      expect(await problemOf(await registerAt(party, envelope, parties.shopKey))).toEqual(problem);
    }
  });

  test.each(['leader', 'helper'] as const)('of which the %s’s key is an attacker’s', async (role) => {
    const draft = await draftTask(parties);
    const { publicKey } = await generateHpkeKeyPair();
    const envelope = await signedByBoth({ ...draft, [role]: { ...draft[role], hpkePublicKey: publicKey } });
    expect(await problemOf(await registerAt(parties[role], envelope, parties.shopKey))).toEqual([
      409,
      'task-key-unknown',
    ]);
  });
});

test.each(['leader', 'helper'] as const)(
  'a %s whose database is put back to before a task takes neither that task again nor the next, until it has learned of it from the trainer',
  async (role) => {
    const spent = await openTestTask(parties);
    await closeTask(spent.taskId);
    await waitForEnd(parties.leader, spent.taskId, parties.shopKey);
    await expect.poll(async () => (await stateAt(parties.helper, spent.taskId, parties.shopKey)).kind).toBe('failed');
    const next = await draftTask(parties);
    const known = await readLedgerAt(parties.helper, parties.shopKey);

    const db = await parties[role].running.storage.getD1Database('DB');
    for (const table of ['tasks', 'ledger', 'releases']) {
      await db.prepare(`DELETE FROM ${table} WHERE task_id = ?`).bind(spent.taskId).run();
    }
    const again = await registerAt(parties[role], spent.envelope, parties.shopKey);
    expect(await problemOf(again)).toEqual([409, 'task-key-unknown']);

    const envelope = await signedByBoth(next);
    if (role === 'leader') expect((await registerAt(parties.helper, envelope, parties.shopKey)).status).toBe(200);
    const early = await registerAt(parties[role], envelope, parties.shopKey);
    expect(await problemOf(early)).toEqual([409, 'ledger-differs']);
    await addToLedgerAt(parties[role], known, parties.shopKey);
    expect((await registerAt(parties[role], envelope, parties.shopKey)).status).toBe(200);
    // Makes room for the next task of this kind.
    if (role === 'leader') await closeTask((await digestOf(fromBase64Url(envelope.payload))) as string as TaskId);
  },
);
