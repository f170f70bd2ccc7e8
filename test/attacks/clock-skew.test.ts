import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { HOUR_MS } from '../edge/round-fixture.ts';
import { AttackedRound, firstDevices } from './attacked-round.ts';
import { createKindFixture, type KindFixture, makeKindReport, makeKindReports } from './kind-fixture.ts';

let fixture: KindFixture;
let reports: Bytes[];
let round: AttackedRound;

const log = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => log.mockRestore());

beforeAll(async () => {
  fixture = await createKindFixture('shadow-eval');
  reports = await makeKindReports(fixture, 115);
});

beforeEach(async () => {
  round = new AttackedRound(fixture);
  await round.open();
});

describe('a device whose clock is off', () => {
  test.each([
    ['before the task opens', -2],
    ['after it closes', 49],
  ])('to %s makes no report', async (_, hours) => {
    const nowMs = fixture.nowMs + hours * HOUR_MS;
    await expect(makeKindReport(0, { ...fixture, nowMs })).rejects.toThrow(RangeError);
  });

  test.each([
    ['before the task opens', -2],
    ['after it closes', 49],
  ])('and that lies about the task to say an hour %s is admitted unread and left out', async (_, hours) => {
    const { task } = fixture;
    const nowMs = fixture.nowMs + hours * HOUR_MS;
    const ownTask = { ...task, opensAtMs: nowMs - HOUR_MS, closesAtMs: nowMs + HOUR_MS };
    const untimely = await makeKindReport(0, { ...fixture, task: ownTask, nowMs });
    await round.submitAll([untimely, ...reports]);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(115));
  });

  test('by some hours, while the task is open, is counted like any other', async () => {
    const early = await makeKindReport(115, { ...fixture, nowMs: fixture.nowMs + 20 * HOUR_MS });
    await round.submitAll([...reports, early]);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(116));
  });
});

describe('a leader whose clock is off', () => {
  test.each([
    ['behind', -3, 'task-not-open-yet'],
    ['ahead', 60, 'late'],
  ])('%s admits no report, loses none that it had, and closes by its own clock', async (_, hours, kind) => {
    await round.submitAll(reports.slice(0, 112));
    round.nowMs += hours * HOUR_MS;
    expect(await round.leader.submit(reports[112] as Bytes)).toEqual({ kind });
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(112));
  });

  test.each([
    ['six minutes and a second behind', -361],
    ['seven minutes ahead', 420],
  ])('by %s against the helper’s is not believed, and goes on when it is set right', async (_, seconds) => {
    round.leaderSkewMs = 1000 * seconds;
    await round.submitAll(reports);
    await round.leader.close();
    await round.leader.onAlarm();
    expect(round.leader.state()).toEqual({ kind: 'aggregating', received: 115, aggregated: 0 });
    expect(round.helper.state()).toEqual({ kind: 'open', received: 0 });
    round.leaderSkewMs = 0;
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(115));
  });

  test.each([-240, 45])('by %d seconds against the helper’s is believed', async (seconds) => {
    round.leaderSkewMs = 1000 * seconds;
    await round.submitAll(reports);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(115));
  });
});

test('a helper whose clock is two weeks ahead ends its round and loses its keys: nothing is released', async () => {
  await round.submitAll(reports);
  const { nowMs } = round;
  round.nowMs = fixture.task.closesAtMs + 15 * 24 * HOUR_MS;
  await round.helper.onAlarm();
  round.nowMs = nowMs;
  expect(round.helper.state()).toMatchObject({ kind: 'failed' });
  await round.runToEnd();
  round.expectNothingReleased('helper-refused');
});
