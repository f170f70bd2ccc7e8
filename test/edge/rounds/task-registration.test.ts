import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertTask } from '#edge/rounds/task-store.ts';
import { sealVerifyKey } from '#privacy/verify-key.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { type Envelope, openEnvelope } from '#protocol/envelope.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { cosignTask, openTask, signTask, type Task, type TaskOf } from '#protocol/task.ts';
import { SHOP_ORIGIN, startTestParties } from '../local-parties.ts';
import { problemOf, publishTinyModel, SHOP, sendSigned } from '../publishing-fixture.ts';
import {
  draftTask,
  draftTaskOf,
  openTestTask,
  readLedgerAt,
  registerAt,
  requestTaskKey,
  stateAt,
  type TestParties,
} from '../task-fixture.ts';

let parties: TestParties;

beforeAll(async () => {
  parties = await startTestParties();
  await publishTinyModel(parties.leader.origin, parties.shopKey);
}, 30_000);

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

/** A task as the helper has signed it. */
async function cosigned(task: Task): Promise<Envelope> {
  const response = await registerAt(parties.helper, await signTask(task, parties.shopKey), parties.shopKey);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Envelope;
}

test('a task key is made anew each time and its private half stays with the party', async () => {
  const [first, second] = [
    await requestTaskKey(parties.helper, parties.shopKey),
    await requestTaskKey(parties.helper, parties.shopKey),
  ];
  expect(first.hpkePublicKey).not.toBe(second.hpkePublicKey);
  expect(Object.keys(first).sort()).toEqual(['hpkeKeyId', 'hpkePublicKey']);
});

test('the helper signs a task that keeps the rules, and a repeat gets the same signature', async () => {
  const task = await draftTask(parties);
  const envelope = await cosigned(task);
  const trusted = [parties.shopKey.fingerprint, parties.helperKey.fingerprint];
  expect((await openTask(envelope, { shop: SHOP, trusted })).task).toEqual(task);
  expect(await cosigned(task)).toEqual(envelope);
});

test('the helper signs nothing for a key that it did not make', async () => {
  const draft = await draftTask(parties);
  const foreign = { ...draft.helper, hpkePublicKey: draft.leader.hpkePublicKey };
  const response = await registerAt(
    parties.helper,
    await signTask({ ...draft, helper: foreign }, parties.shopKey),
    parties.shopKey,
  );
  expect(await problemOf(response)).toEqual([409, 'task-key-unknown']);
});

test('a key serves one task only', async () => {
  const task = await draftTask(parties);
  await cosigned(task);
  const second = await signTask({ ...task, maxBatch: task.maxBatch - 1 }, parties.shopKey);
  expect(await problemOf(await registerAt(parties.helper, second, parties.shopKey))).toEqual([409, 'task-key-unknown']);
});

test.each<[string, Partial<TaskOf<'model-update'>>, [number, string]]>([
  ['with a batch below the floor', { minBatch: 99 }, [400, 'task-invalid']],
  ['with a batch above the limit', { maxBatch: 60_001 }, [400, 'task-invalid']],
  ['whose noise could wrap the sum around', { maxBatch: 60_000, noiseMultiplier: 600 }, [400, 'task-invalid']],
  ['that is over already', { opensAtMs: 1_700_000_000_000, closesAtMs: 1_700_000_600_000 }, [409, 'task-closed']],
])('the helper signs no task %s', async (_, overrides, problem) => {
  const envelope = await signTask(await draftTask(parties, overrides), parties.shopKey);
  expect(await problemOf(await registerAt(parties.helper, envelope, parties.shopKey))).toEqual(problem);
});

test('the helper signs nothing that the shop’s key has not signed', async () => {
  const { key: other } = await generateSigningKey();
  const envelope = await signTask(await draftTask(parties), other);
  expect(await problemOf(await registerAt(parties.helper, envelope, parties.shopKey))).toEqual([403, 'unknown-key']);
});

test('the leader opens nothing without the helper’s signature', async () => {
  const envelope = await signTask(await draftTask(parties), parties.shopKey);
  expect(await problemOf(await registerAt(parties.leader, envelope, parties.shopKey))).toEqual([403, 'unknown-key']);
  const { key: other } = await generateSigningKey();
  const bySomeoneElse = await cosignTask(envelope, other);
  expect(await problemOf(await registerAt(parties.leader, bySomeoneElse, parties.shopKey))).toEqual([
    403,
    'unknown-key',
  ]);
});

test('the leader opens nothing before the helper has the verify key', async () => {
  const { leader, helper, shopKey } = parties;
  const task = await draftTask(parties);
  const envelope = await cosigned(task);
  await helper.stop();
  try {
    const response = await registerAt(leader, envelope, shopKey);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await problemOf(response)).toEqual([503, 'helper-unavailable']);
    expect(await (await fetch(`${leader.origin}/v1/shops/mug-shop/open-tasks`)).json()).toEqual([]);
    const taskId = await digestOf(fromBase64Url(envelope.payload));
    const state = await sendSigned(leader.origin, { method: 'GET', path: `/tasks/${taskId}` }, { key: shopKey });
    expect(await problemOf(state)).toEqual([404, 'unknown-task']);
  } finally {
    await helper.restart();
  }
});

test('the leader opens nothing for another model than the published one', async () => {
  const envelope = await cosigned(await draftTask(parties, { modelDigest: '1a'.repeat(32) as Digest }));
  expect(await problemOf(await registerAt(parties.leader, envelope, parties.shopKey))).toEqual([
    409,
    'task-model-differs',
  ]);
});

test('the helper keeps the first verify key of a task, and the leader opens none whose helper has another', async () => {
  const { leader, helper, shopKey, leaderKey } = parties;
  const task = await draftTask(parties);
  const envelope = await cosigned(task);
  const taskId = (await digestOf(fromBase64Url(envelope.payload))) as string as TaskId;
  const send = async (verifyKey: Bytes) => {
    const body = await sealVerifyKey(verifyKey, { taskId, helperKey: task.helper.hpkePublicKey });
    return sendSigned(helper.origin, { method: 'POST', path: `/tasks/${taskId}/verify-key`, body }, { key: leaderKey });
  };
  const [first, second] = [new Uint8Array(32).fill(0x71), new Uint8Array(32).fill(0x72)];
  expect((await send(first)).status).toBe(200);
  expect(await problemOf(await send(second))).toEqual([409, 'verify-key-differs']);
  expect((await send(first)).status).toBe(200);
  expect(await problemOf(await registerAt(leader, envelope, shopKey))).toEqual([409, 'helper-refused']);
});

test('the leader opens one task of a kind at a time, and devices are handed it with both signatures', async () => {
  const url = `${parties.leader.origin}/v1/shops/mug-shop/open-tasks`;
  const openTasks = async () => (await fetch(url)).json();
  expect(await openTasks()).toEqual([]);

  const { task, taskId, envelope } = await openTestTask(parties);
  const served = await fetch(url, { headers: { origin: SHOP_ORIGIN } });
  expect(served.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
  expect(await served.json()).toEqual([envelope]);
  expect(await digestOf(fromBase64Url(envelope.payload))).toBe(taskId);
  expect(await stateAt(parties.leader, taskId, parties.shopKey)).toEqual({ kind: 'open', received: 0 });

  // A repeat is no second task.
  expect((await registerAt(parties.leader, envelope, parties.shopKey)).status).toBe(200);
  const second = await cosigned(await draftTask(parties));
  expect(await problemOf(await registerAt(parties.leader, second, parties.shopKey))).toEqual([409, 'task-open']);

  // Closed, it makes room for the next.
  await sendSigned(parties.leader.origin, { method: 'POST', path: `/tasks/${taskId}/close` }, { key: parties.shopKey });
  await expect.poll(openTasks).toEqual([]);
  expect((await registerAt(parties.leader, second, parties.shopKey)).status).toBe(200);
  const { payload } = await openEnvelope((await openTasks())[0], {
    payloadType: 'application/vnd.vitrine.task+json',
    trusted: [parties.shopKey.fingerprint, parties.helperKey.fingerprint],
  });
  expect(await digestOf(payload)).not.toBe(taskId);
  expect(task.helper.origin).toBe(parties.helper.origin);
});

test('the helper hands tasks to nobody and takes no reports', async () => {
  const base = `${parties.helper.origin}/v1/shops/mug-shop`;
  expect(await problemOf(await fetch(`${base}/open-tasks`))).toEqual([404, 'not-found']);
  const report = await fetch(`${base}/tasks/${'5e'.repeat(32)}/reports`, { method: 'POST', body: 'x' });
  expect(await problemOf(report)).toEqual([404, 'not-found']);
});

test('of tasks that come after the same ones, one is registered, even where both were checked before', async () => {
  const { helper, shopKey } = parties;
  const db = await helper.running.storage.getD1Database('DB');
  const [first, second] = await Promise.all([draftTaskOf(parties, 'popularity'), draftTaskOf(parties, 'metrics')]);
  expect(second.ledger).toEqual(first.ledger);
  const insert = async (task: Task) => {
    const envelope = await signTask(task, shopKey);
    const taskId = (await digestOf(fromBase64Url(envelope.payload))) as string as TaskId;
    const { hpkePublicKey } = task.helper;
    const row = {
      taskId,
      task,
      envelope: JSON.stringify(envelope),
      hpkePublicKey,
      publishingKey: shopKey.publicKey,
      files: [],
    };
    return (await insertTask(db, { ...row, state: 'cosigned' })).kind;
  };
  const before = await readLedgerAt(helper, shopKey);
  expect((await Promise.all([insert(first), insert(second)])).sort()).toEqual(['refused', 'registered']);
  expect((await readLedgerAt(helper, shopKey)).length).toBe(before.length + 1);
  const { results } = await db.prepare('SELECT hpke_public_key FROM tasks').all<{ hpke_public_key: string }>();
  const kept = [first, second].filter(({ helper: { hpkePublicKey } }) =>
    results.some((row) => row.hpke_public_key === hpkePublicKey),
  );
  expect(kept.length).toBe(1);
});
