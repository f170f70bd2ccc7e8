import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeHelperBatch } from '#protocol/helper-batch.ts';
import type { TaskId } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { parseJson } from '#protocol/parse.ts';
import { type AggregateShare, AggregateShareSchema } from '#protocol/round-messages.ts';
import type { TaskOf } from '#protocol/task.ts';
import { SHOP_ORIGIN, startTestParties, type TestParty } from '../local-parties.ts';
import { problemOf, publishTinyModel, sendSigned } from '../publishing-fixture.ts';
import { aggregateOf, helperPart, makeReportOf, makeReports, sumOfUpdates } from '../round-fixture.ts';
import { openTestTask, stateAt, type TestParties, waitForEnd } from '../task-fixture.ts';

let parties: TestParties;

beforeAll(async () => {
  parties = await startTestParties();
  await publishTinyModel(parties.leader.origin, parties.shopKey);
}, 30_000);

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

function postReport(taskId: TaskId, report: Bytes, headers: Record<string, string> = {}): Promise<Response> {
  const url = `${parties.leader.origin}/v1/shops/mug-shop/tasks/${taskId}/reports`;
  return fetch(url, { method: 'POST', headers, body: report });
}

async function postAll(taskId: TaskId, reports: readonly Bytes[]): Promise<void> {
  const answers = await Promise.all(reports.map((report) => postReport(taskId, report)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
}

function close(taskId: TaskId): Promise<Response> {
  return sendSigned(
    parties.leader.origin,
    { method: 'POST', path: `/tasks/${taskId}/close` },
    { key: parties.shopKey },
  );
}

async function shareText(party: TestParty, taskId: TaskId): Promise<string> {
  const path = `/tasks/${taskId}/aggregate-share`;
  return (await sendSigned(party.origin, { method: 'GET', path }, { key: parties.shopKey })).text();
}

function parseShare(text: string): AggregateShare {
  return parseJson(AggregateShareSchema, text, 'round-message-invalid');
}

/** How many keys a party still has. */
async function numKeys(party: TestParty): Promise<number> {
  const bucket = await party.running.storage.getR2Bucket('KEYS');
  return (await bucket.list()).objects.length;
}

const everyDevice = Array.from({ length: 130 }, (_, device) => device);

describe('a round of 130 devices', () => {
  let taskId: TaskId;
  let task: TaskOf<'model-update'>;
  let reports: Bytes[];

  beforeAll(async () => {
    ({ task, taskId } = await openTestTask(parties));
    reports = await makeReports({ task, taskId, nowMs: Date.now() }, 130);
    await postAll(taskId, reports);
  });

  test('has admitted each report once, and a repeat is answered as the first time', async () => {
    const again = await postReport(taskId, reports[17] as Bytes);
    expect([again.status, await again.json()]).toEqual([202, { kind: 'accepted' }]);
    expect(await stateAt(parties.leader, taskId, parties.shopKey)).toEqual({ kind: 'open', received: 130 });
  });

  test('refuses other bytes under the id of an accepted report', async () => {
    const other = (reports[3] as Bytes).slice();
    other.set((reports[8] as Bytes).subarray(1, 17), 1);
    expect(await problemOf(await postReport(taskId, other))).toEqual([409, 'report-differs']);
  });

  test('refuses what has not the length of its reports', async () => {
    expect(await problemOf(await postReport(taskId, new Uint8Array(77)))).toEqual([400, 'report-invalid']);
    expect(await problemOf(await postReport(taskId, new Uint8Array(61_441)))).toEqual([413, 'body-too-large']);
  });

  test('knows its own address only', async () => {
    const other = '9b'.repeat(32) as TaskId;
    expect(await problemOf(await postReport(other, reports[0] as Bytes))).toEqual([404, 'unknown-task']);
  });

  test('takes reports from the shop’s own pages only', async () => {
    const own = await postReport(taskId, reports[0] as Bytes, { origin: SHOP_ORIGIN });
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([202, SHOP_ORIGIN]);
    const other = await postReport(taskId, reports[0] as Bytes, { origin: 'https://other.example' });
    expect(await problemOf(other)).toEqual([403, 'origin-not-allowed']);
  });

  test('shows nothing of its sum while it is open', async () => {
    const path = `/tasks/${taskId}/aggregate-share`;
    for (const { origin } of [parties.leader, parties.helper]) {
      const response = await sendSigned(origin, { method: 'GET', path }, { key: parties.shopKey });
      expect(await problemOf(response)).toEqual([409, 'not-released']);
    }
  });

  test('is closed by the shop’s key only', async () => {
    const { key } = await generateSigningKey();
    const response = await sendSigned(
      parties.leader.origin,
      { method: 'POST', path: `/tasks/${taskId}/close` },
      { key },
    );
    expect(await problemOf(response)).toEqual([401, 'bad-request-signature']);
  });

  test('releases, after its close, a sum that is right within the noise', async () => {
    expect((await close(taskId)).status).toBe(202);
    expect(await waitForEnd(parties.leader, taskId, parties.shopKey)).toEqual({ kind: 'released', count: 130 });
    expect(await stateAt(parties.helper, taskId, parties.shopKey)).toEqual({ kind: 'released', count: 130 });

    const shares = [
      parseShare(await shareText(parties.leader, taskId)),
      parseShare(await shareText(parties.helper, taskId)),
    ] as const;
    expect(shares[0].reportSetDigest).toBe(shares[1].reportSetDigest);
    const errors = aggregateOf(...shares, task).map((value, i) => value - (sumOfUpdates(everyDevice)[i] as number));
    // Two parties' noise of 0.01 · 4 each: 0.057 together. 8 of that: false alarms below 1e-13.
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(0.46);
    // There is noise at all: all six within 0.0005 would come about less than once in 1e12 rounds.
    expect(Math.max(...errors.map(Math.abs))).toBeGreaterThan(0.0005);
  });

  test('serves the very same share for ever', async () => {
    for (const party of [parties.leader, parties.helper]) {
      expect(await shareText(party, taskId)).toBe(await shareText(party, taskId));
    }
  });

  test('answers a late report kindly, and an accepted one as ever', async () => {
    const late = await makeReportOf(200, { task, taskId, nowMs: Date.now() });
    const answer = await postReport(taskId, late);
    expect([answer.status, await answer.json()]).toEqual([410, { kind: 'late' }]);
    expect((await postReport(taskId, reports[5] as Bytes)).status).toBe(202);
  });

  test('has destroyed both keys', async () => {
    await expect.poll(async () => [await numKeys(parties.leader), await numKeys(parties.helper)]).toEqual([0, 0]);
  });

  test('stands in both ledgers with its noise', async () => {
    for (const party of [parties.leader, parties.helper]) {
      const db = await party.running.storage.getD1Database('DB');
      const { results } = await db.prepare('SELECT task_id, kind, noise_multiplier, num_reports FROM releases').all();
      expect(results).toEqual([{ task_id: taskId, kind: 'model-update', noise_multiplier: 0.01, num_reports: 130 }]);
    }
  });

  test('takes no further batch and no other release from anyone, the leader included', async () => {
    const { origin } = parties.helper;
    const body = encodeHelperBatch(5, [helperPart(reports[0] as Bytes)]);
    const send = (path: string, sent: Bytes | string, key = parties.leaderKey) =>
      sendSigned(origin, { method: 'POST', path: `/tasks/${taskId}/${path}`, body: sent }, { key });
    expect(await problemOf(await send('batches', body))).toEqual([409, 'batch-spent']);
    expect(await problemOf(await send('batches', body, parties.shopKey))).toEqual([401, 'bad-request-signature']);
    const other = JSON.stringify({ count: 131, reportSetDigest: '2b'.repeat(32) });
    expect(await problemOf(await send('release', other))).toEqual([409, 'report-sets-differ']);
    expect(parseShare(await shareText(parties.helper, taskId)).count).toBe(130);
  });
});

test('a round with too few reports releases nothing at either party', async () => {
  const { task, taskId } = await openTestTask(parties);
  await postAll(taskId, await makeReports({ task, taskId, nowMs: Date.now() }, 109));
  const closed = await close(taskId);
  expect(await closed.json()).toEqual({ kind: 'failed', reason: 'too-few-reports', received: 109 });
  expect(JSON.parse(await shareText(parties.leader, taskId))).toMatchObject({ code: 'not-released' });
  expect(JSON.parse(await shareText(parties.helper, taskId))).toMatchObject({ code: 'not-released' });
  await expect.poll(async () => [await numKeys(parties.leader), await numKeys(parties.helper)]).toEqual([0, 0]);
});

test('a report made for another task is admitted unread and left out of the sum', async () => {
  const { task, taskId } = await openTestTask(parties);
  const nowMs = Date.now();
  const foreign = await makeReportOf(3, { task, taskId: '8d'.repeat(32) as TaskId, nowMs });
  await postAll(taskId, [foreign, ...(await makeReports({ task, taskId, nowMs }, 111))]);
  await close(taskId);
  const state = await waitForEnd(parties.leader, taskId, parties.shopKey);
  expect(state).toEqual({ kind: 'released', count: 111 });
});

test('an aggregation goes on when its helper comes back, and counts every report once', async () => {
  const { task, taskId } = await openTestTask(parties);
  const reports = await makeReports({ task, taskId, nowMs: Date.now() }, 230);
  await postAll(taskId, reports);
  await parties.helper.stop();
  await close(taskId);
  expect(await stateAt(parties.leader, taskId, parties.shopKey)).toEqual({
    kind: 'aggregating',
    received: 230,
    aggregated: 0,
  });
  await parties.helper.restart();
  expect(await waitForEnd(parties.leader, taskId, parties.shopKey)).toEqual({ kind: 'released', count: 230 });
  const shares = [
    parseShare(await shareText(parties.leader, taskId)),
    parseShare(await shareText(parties.helper, taskId)),
  ] as const;
  const expected = sumOfUpdates(Array.from({ length: 230 }, (_, device) => device));
  for (const [i, value] of aggregateOf(...shares, task).entries()) {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(0.46);
  }
}, 30_000);

test('an aggregation goes on when the leader’s own process was killed in the middle', async () => {
  const { task, taskId } = await openTestTask(parties);
  await postAll(taskId, await makeReports({ task, taskId, nowMs: Date.now() }, 230));
  await parties.helper.stop();
  await close(taskId);
  await parties.leader.stop();
  await Promise.all([parties.helper.restart(), parties.leader.restart()]);
  const state = await waitForEnd(parties.leader, taskId, parties.shopKey);
  expect(state).toEqual({ kind: 'released', count: 230 });
}, 30_000);
