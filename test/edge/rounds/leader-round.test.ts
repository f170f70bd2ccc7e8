import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { LeaderHarness } from '../leader-harness.ts';
import { createRoundFixture, HOUR_MS, makeReports, type RoundFixture } from '../round-fixture.ts';

let fixture: RoundFixture;
let reports: Bytes[];
let round: LeaderHarness;

beforeAll(async () => {
  fixture = await createRoundFixture();
  reports = await makeReports(fixture, 120);
});

beforeEach(async () => {
  round = new LeaderHarness(fixture);
  await round.open();
});

/** The round still holds exactly the reports that it accepted, and would take another. */
async function expectUntouched(received: number): Promise<void> {
  expect(round.leader.state()).toEqual({ kind: 'open', received });
  expect(round.leftovers().numSealed).toBe(received);
  round.nowMs = fixture.nowMs;
  expect(await round.leader.submit(reports[40] as Bytes)).toEqual({ kind: 'accepted' });
}

test('answers a repeat of an accepted report as the first time, after the close too', async () => {
  await round.submitAll(reports.slice(0, 120));
  expect(await round.leader.submit(reports[0] as Bytes)).toEqual({ kind: 'accepted' });
  expect(round.leader.state()).toEqual({ kind: 'open', received: 120 });
  await round.leader.close();
  await round.runToEnd();
  expect(await round.leader.submit(reports[0] as Bytes)).toEqual({ kind: 'accepted' });
});

test('takes a report once when it comes twice at the same time', async () => {
  const report = reports[0] as Bytes;
  expect(await Promise.all([round.leader.submit(report), round.leader.submit(report)])).toEqual([
    { kind: 'accepted' },
    { kind: 'accepted' },
  ]);
  expect(round.leader.state()).toEqual({ kind: 'open', received: 1 });
});

test('refuses other bytes under the id of an accepted report', async () => {
  const [first, second] = reports as [Bytes, Bytes];
  await round.leader.submit(first);
  const other = second.slice();
  other.set(first.subarray(1, 17), 1);
  expect(await round.leader.submit(other)).toEqual({ kind: 'report-differs' });
  await expectUntouched(1);
});

test.each([
  ['before the task opens', -2 * HOUR_MS, 'task-not-open-yet'],
  ['when the task closes', 47 * HOUR_MS, 'late'],
  ['a day after', 71 * HOUR_MS, 'late'],
])('answers a report that comes %s', async (_, shiftMs, kind) => {
  await round.leader.submit(reports[5] as Bytes);
  round.nowMs += shiftMs;
  expect(await round.leader.submit(reports[0] as Bytes)).toEqual({ kind });
  await expectUntouched(1);
});

test('is full at the largest batch', async () => {
  round.storage.sql.exec('UPDATE round SET received = 259');
  expect(await round.leader.submit(reports[0] as Bytes)).toEqual({ kind: 'accepted' });
  expect(await round.leader.submit(reports[1] as Bytes)).toEqual({ kind: 'full' });
});

test.each<[string, (report: Bytes) => Bytes]>([
  ['cut short', (report) => report.slice(1)],
  ['with a byte too many', (report) => Uint8Array.of(...report, 7)],
  ['of another format', (report) => report.with(0, 99)],
  ['that is empty', () => new Uint8Array()],
])('refuses a report %s and keeps those before', async (_, alter) => {
  await round.leader.submit(reports[5] as Bytes);
  expect(await round.leader.submit(alter(reports[0] as Bytes))).toEqual({ kind: 'report-invalid' });
  await expectUntouched(1);
});

test('knows nothing of a task that was never opened', async () => {
  round = new LeaderHarness(fixture);
  expect(await round.leader.submit(reports[0] as Bytes)).toEqual({ kind: 'unknown-task' });
  expect(round.storage.rows('SELECT name FROM sqlite_master')).toEqual([]);
});
