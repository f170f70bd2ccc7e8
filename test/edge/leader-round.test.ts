import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeHelperBatch } from '#protocol/helper-batch.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import type { HelperAnswer, HelperClient } from '../../edge/helper-client.ts';
import { HelperRound } from '../../edge/helper-round.ts';
import { LeaderRound } from '../../edge/leader-round.ts';
import {
  aggregateOf,
  createRoundFixture,
  HOUR_MS,
  helperPart,
  makeReports,
  type RecordedEffects,
  type RoundFixture,
  recordEffects,
  sumOfUpdates,
} from './round-fixture.ts';
import { createSqliteRoundStorage, type SqliteRoundStorage } from './sqlite-round-storage.ts';

/** What happens to one message to the helper. */
type Fate = 'arrives' | 'answer-is-lost' | 'leader-dies-after' | 'helper-is-away' | 'refused';

let fixture: RoundFixture;
let reports: Bytes[];
let storage: SqliteRoundStorage;
let effects: RecordedEffects;
let helperRound: HelperRound;
let nowMs: number;
/** Fates of the next messages; after the last, every message arrives. */
let fates: Fate[];
let numMessages: number;
let leader: LeaderRound;

// Deaths are logged on purpose.
const log = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => log.mockRestore());

beforeAll(async () => {
  fixture = await createRoundFixture();
  reports = await makeReports(fixture, 250);
});

beforeEach(async () => {
  storage = createSqliteRoundStorage();
  effects = recordEffects(fixture.leaderKey);
  ({ nowMs } = fixture);
  fates = [];
  numMessages = 0;
  const setup = { shop: fixture.task.shop, taskId: fixture.taskId, task: fixture.task };
  helperRound = new HelperRound({
    storage: createSqliteRoundStorage(),
    effects: recordEffects(fixture.helperKey),
    now: () => nowMs,
  });
  await helperRound.open(setup);
  leader = startLeader();
  await leader.open(setup);
});

/** The round as a new process finds it. */
function startLeader(): LeaderRound {
  return new LeaderRound({ storage, effects, connectHelper: async () => helperWithFates, now: () => nowMs });
}

/** A real helper's round behind a network on which each message has a fate. */
const helperWithFates: HelperClient = {
  addBatch: (step, batch) =>
    send(async () => {
      const outcome = await helperRound.addBatch(encodeHelperBatch(step, batch));
      if (outcome.kind !== 'answered') return { kind: 'refused', code: outcome.kind };
      return { kind: 'answered', value: outcome.accepted };
    }),
  release: (request) =>
    send(async () => {
      const outcome = await helperRound.release(request);
      if (outcome.kind !== 'released') return { kind: 'refused', code: outcome.kind };
      return { kind: 'answered', value: undefined };
    }),
};

async function send<T>(deliver: () => Promise<HelperAnswer<T>>): Promise<HelperAnswer<T>> {
  numMessages++;
  const fate = fates.shift() ?? 'arrives';
  switch (fate) {
    case 'arrives':
      return deliver();
    case 'answer-is-lost':
      await deliver();
      return { kind: 'unavailable' };
    case 'leader-dies-after':
      await deliver();
      // Nothing that follows is written: the storage stays as it was before the answer.
      storage.die();
      throw new Error('the process died');
    case 'helper-is-away':
      return { kind: 'unavailable' };
    case 'refused':
      return { kind: 'refused', code: 'unknown-task' };
    default:
      return fate satisfies never;
  }
}

async function submitAll(batch: readonly Bytes[]): Promise<void> {
  for (const report of batch) expect(await leader.submit(report)).toEqual({ kind: 'accepted' });
}

/** Alarms until the round has ended, each in a process of its own. */
async function runToEnd(): Promise<void> {
  for (let alarm = 0; alarm < 40; alarm++) {
    leader = startLeader();
    nowMs = Math.max(nowMs, storage.alarmAtMs);
    // As the platform does, an alarm whose process died is given to the next one.
    await leader.onAlarm().catch(() => storage.revive());
    if (['released', 'failed'].includes(effects.phases.at(-1) ?? '')) return;
  }
  throw new Error('expected the round to end within 40 alarms');
}

/** Both shares put together, checked against what the named devices sent. */
function expectSumOf(devices: readonly number[]): void {
  const shares = [leader.aggregateShare(), helperRound.aggregateShare()] as [AggregateShare, AggregateShare];
  expect(shares.map(({ count }) => count)).toEqual([devices.length, devices.length]);
  expect(shares[0].reportSetDigest).toBe(shares[1].reportSetDigest);
  const expected = sumOfUpdates(devices);
  // Noise of one unit each, a unit being 2^-13: 16 units are over 11 standard deviations.
  for (const [i, value] of aggregateOf(...shares, fixture.task).entries()) {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(16 * 2 ** -13);
  }
}

const everyDevice = Array.from({ length: 250 }, (_, device) => device);

describe('submit', () => {
  test('answers a repeat of an accepted report as the first time, after the close too', async () => {
    await submitAll(reports.slice(0, 120));
    expect(await leader.submit(reports[0] as Bytes)).toEqual({ kind: 'accepted' });
    expect(leader.state()).toEqual({ kind: 'open', received: 120 });
    await leader.close();
    await runToEnd();
    expect(await leader.submit(reports[0] as Bytes)).toEqual({ kind: 'accepted' });
  });

  test('takes a report once when it comes twice at the same time', async () => {
    const report = reports[0] as Bytes;
    expect(await Promise.all([leader.submit(report), leader.submit(report)])).toEqual([
      { kind: 'accepted' },
      { kind: 'accepted' },
    ]);
    expect(leader.state()).toEqual({ kind: 'open', received: 1 });
  });

  test('refuses other bytes under the id of an accepted report', async () => {
    const [first, second] = reports as [Bytes, Bytes];
    await leader.submit(first);
    const other = second.slice();
    other.set(first.subarray(1, 17), 1);
    expect(await leader.submit(other)).toEqual({ kind: 'report-differs' });
  });

  test.each([
    ['before the task opens', -2 * HOUR_MS, 'task-not-open-yet'],
    ['when the task closes', 47 * HOUR_MS, 'late'],
    ['a day after', 71 * HOUR_MS, 'late'],
  ])('answers a report that comes %s', async (_, shiftMs, kind) => {
    nowMs += shiftMs;
    expect(await leader.submit(reports[0] as Bytes)).toEqual({ kind });
  });

  test('is full at the largest batch', async () => {
    storage.sql.exec('UPDATE round SET received = 259');
    expect(await leader.submit(reports[0] as Bytes)).toEqual({ kind: 'accepted' });
    expect(await leader.submit(reports[1] as Bytes)).toEqual({ kind: 'full' });
  });

  test('refuses bytes of another length', async () => {
    expect(await leader.submit((reports[0] as Bytes).slice(1))).toEqual({ kind: 'report-invalid' });
  });

  test('knows nothing of a task that was never opened', async () => {
    storage = createSqliteRoundStorage();
    expect(await startLeader().submit(reports[0] as Bytes)).toEqual({ kind: 'unknown-task' });
    expect(storage.rows('SELECT name FROM sqlite_master')).toEqual([]);
  });
});

describe('aggregation', () => {
  test('releases a sum of which each party holds one share', async () => {
    await submitAll(reports);
    await leader.close();
    await runToEnd();
    expect(leader.state()).toEqual({ kind: 'released', count: 250 });
    expectSumOf(everyDevice);
  });

  test('closes by itself when its time has come, and not before', async () => {
    await submitAll(reports.slice(0, 120));
    expect(storage.alarmAtMs).toBe(fixture.task.closesAtMs);
    await leader.onAlarm();
    expect(leader.state()).toEqual({ kind: 'open', received: 120 });
    await runToEnd();
    expectSumOf(everyDevice.slice(0, 120));
  });

  // 250 reports are two steps and a release: three messages.
  test.each<[string, Fate[]]>([
    ['every answer is lost once', ['answer-is-lost', 'arrives', 'answer-is-lost', 'arrives', 'answer-is-lost']],
    [
      'the leader dies after every answer',
      ['leader-dies-after', 'arrives', 'leader-dies-after', 'arrives', 'leader-dies-after'],
    ],
    [
      'the helper is away for a while',
      ['helper-is-away', 'helper-is-away', 'arrives', 'helper-is-away', 'arrives', 'helper-is-away'],
    ],
    [
      'one step fails in every way',
      ['helper-is-away', 'answer-is-lost', 'leader-dies-after', 'answer-is-lost', 'arrives'],
    ],
  ])('counts every report once when %s', async (_, planned) => {
    await submitAll(reports);
    await leader.close();
    fates = [...planned];
    await runToEnd();
    expectSumOf(everyDevice);
  });

  test('waits longer after every failure while the helper is away', async () => {
    await submitAll(reports.slice(0, 120));
    await leader.close();
    fates = new Array<Fate>(12).fill('helper-is-away');
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      await leader.onAlarm();
      waits.push(storage.alarmAtMs - nowMs);
    }
    for (const [i, wait] of waits.entries()) {
      const longest = Math.min(300_000, 1000 * 2 ** i);
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    }
  });

  test('leaves out a report that does not open, and the helper never sees it', async () => {
    const [first, ...rest] = reports.slice(0, 130) as [Bytes, ...Bytes[]];
    const broken = first.slice();
    // A byte of the leader's sealed share.
    broken[60] = (broken[60] as number) ^ 0x55;
    await submitAll([broken, ...rest]);
    await leader.close();
    await runToEnd();
    expect(helperRound.state()).toEqual({ kind: 'released', count: 129 });
    expectSumOf(everyDevice.slice(1, 130));
  });

  test('leaves out a report that the helper refuses', async () => {
    const [first, ...rest] = reports.slice(0, 130) as [Bytes, ...Bytes[]];
    const broken = first.slice();
    // The helper's sealed seed comes last.
    broken[broken.length - 3] = (broken.at(-3) as number) ^ 0x55;
    await submitAll([broken, ...rest]);
    await leader.close();
    await runToEnd();
    expectSumOf(everyDevice.slice(1, 130));
  });

  test('keeps neither sealed reports nor the sum nor the key after the release', async () => {
    await submitAll(reports);
    await leader.close();
    await runToEnd();
    expect(storage.rows('SELECT count(*) AS left FROM sealed_reports')).toEqual([{ left: 0 }]);
    expect(storage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
    expect(effects.hasKey).toBe(false);
    expect(effects.phases).toEqual(['aggregating', 'released']);
  });

  test('serves the same share whenever it is asked', async () => {
    await submitAll(reports.slice(0, 120));
    await leader.close();
    await runToEnd();
    const share = leader.aggregateShare();
    await leader.onAlarm();
    await leader.close();
    expect(startLeader().aggregateShare()).toEqual(share);
  });

  test('deletes a step’s sealed reports with that step', async () => {
    await submitAll(reports);
    await leader.close();
    await leader.onAlarm();
    expect(leader.state()).toEqual({ kind: 'aggregating', received: 250, aggregated: 200 });
    expect(storage.rows('SELECT count(*) AS left FROM sealed_reports')).toEqual([{ left: 50 }]);
  });
});

describe('a round without a release', () => {
  test('never asks the helper, releases nothing and deletes everything, with too few reports', async () => {
    await submitAll(reports.slice(0, 109));
    expect(await leader.close()).toEqual({ kind: 'failed', reason: 'too-few-reports', received: 109 });
    await runToEnd();
    expect(numMessages).toBe(0);
    expect(leader.aggregateShare()).toBeUndefined();
    expect(storage.rows('SELECT count(*) AS left FROM sealed_reports')).toEqual([{ left: 0 }]);
    expect(effects.hasKey).toBe(false);
  });

  test('never releases where too few of enough reports could be counted', async () => {
    const broken = reports.slice(0, 112).map((report, device) => {
      const copy = report.slice();
      if (device < 3) copy[60] = (copy[60] as number) ^ 0x55;
      return copy;
    });
    await submitAll(broken);
    await leader.close();
    await runToEnd();
    expect(leader.state()).toEqual({ kind: 'failed', reason: 'too-few-reports', received: 112 });
    expect(helperRound.aggregateShare()).toBeUndefined();
    expect(storage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
  });

  test('releases nothing where the helper counted other reports', async () => {
    await submitAll(reports.slice(0, 120));
    const batch = reports.slice(200, 202);
    await leader.close();
    await leader.onAlarm();
    const [first] = batch as [Bytes];
    await helperRound.addBatch(encodeHelperBatch(77, [helperPart(first)]));
    await runToEnd();
    expect(leader.state()).toMatchObject({ kind: 'failed', reason: 'report-sets-differ' });
    expect([leader.aggregateShare(), helperRound.aggregateShare()]).toEqual([undefined, undefined]);
  });

  test.each([
    ['the helper refuses for good', 0],
    ['the helper stays silent for a week', 8 * 24 * HOUR_MS],
  ])('fails and deletes everything where %s', async (_, waitMs) => {
    await submitAll(reports.slice(0, 120));
    await leader.close();
    fates = waitMs === 0 ? ['refused'] : ['helper-is-away'];
    if (waitMs > 0) {
      await leader.onAlarm();
      nowMs = fixture.task.closesAtMs + waitMs;
    }
    await runToEnd();
    expect(leader.state()).toEqual({ kind: 'failed', reason: 'helper-refused', received: 120 });
    expect(storage.rows('SELECT count(*) AS left FROM sealed_reports')).toEqual([{ left: 0 }]);
    expect(effects.hasKey).toBe(false);
  });
});
