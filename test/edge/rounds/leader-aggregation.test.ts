import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeHelperBatch } from '#protocol/helper-batch.ts';
import { type Fate, LeaderHarness } from '../leader-harness.ts';
import { createRoundFixture, HOUR_MS, helperPart, makeReports, type RoundFixture } from '../round-fixture.ts';

let fixture: RoundFixture;
let reports: Bytes[];
let round: LeaderHarness;

const everyDevice = Array.from({ length: 250 }, (_, device) => device);

// Deaths are logged on purpose.
const log = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => log.mockRestore());

beforeAll(async () => {
  fixture = await createRoundFixture();
  reports = await makeReports(fixture, 250);
});

beforeEach(async () => {
  round = new LeaderHarness(fixture);
  await round.open();
});

describe('aggregation', () => {
  test('releases a sum of which each party holds one share', async () => {
    await round.submitAll(reports);
    await round.leader.close();
    await round.runToEnd();
    expect(round.leader.state()).toEqual({ kind: 'released', count: 250 });
    round.expectSumOf(everyDevice);
  });

  test('closes by itself when its time has come, and not before', async () => {
    await round.submitAll(reports.slice(0, 120));
    expect(round.storage.alarmAtMs).toBe(fixture.task.closesAtMs);
    await round.leader.onAlarm();
    expect(round.leader.state()).toEqual({ kind: 'open', received: 120 });
    await round.runToEnd();
    round.expectSumOf(everyDevice.slice(0, 120));
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
    await round.submitAll(reports);
    await round.leader.close();
    round.fates = [...planned];
    await round.runToEnd();
    round.expectSumOf(everyDevice);
  });

  test('counts every report once when two alarms overlap', async () => {
    await round.submitAll(reports);
    await round.leader.close();
    await Promise.all([round.leader.onAlarm(), round.start().onAlarm()]);
    expect(round.leader.state()).toEqual({ kind: 'aggregating', received: 250, aggregated: 200 });
    await round.runToEnd();
    round.expectSumOf(everyDevice);
  });

  test('waits longer after every failure while the helper is away', async () => {
    await round.submitAll(reports.slice(0, 120));
    await round.leader.close();
    round.fates = new Array<Fate>(12).fill('helper-is-away');
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      await round.leader.onAlarm();
      waits.push(round.storage.alarmAtMs - round.nowMs);
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
    await round.submitAll([broken, ...rest]);
    await round.leader.close();
    await round.runToEnd();
    expect(round.helper.state()).toEqual({ kind: 'released', count: 129 });
    round.expectSumOf(everyDevice.slice(1, 130));
  });

  test('leaves out a report that the helper refuses', async () => {
    const [first, ...rest] = reports.slice(0, 130) as [Bytes, ...Bytes[]];
    const broken = first.slice();
    // The helper's sealed seed comes last.
    broken[broken.length - 3] = (broken.at(-3) as number) ^ 0x55;
    await round.submitAll([broken, ...rest]);
    await round.leader.close();
    await round.runToEnd();
    round.expectSumOf(everyDevice.slice(1, 130));
  });

  test('keeps neither sealed reports nor the sum nor the key after the release', async () => {
    await round.submitAll(reports);
    await round.leader.close();
    await round.runToEnd();
    expect(round.leftovers()).toEqual({ numSealed: 0, sum: null });
    expect(round.effects.hasKeys).toBe(false);
    expect(round.effects.phases).toEqual(['aggregating', 'released']);
  });

  test('gives no share away before both parties’ keys are gone', async () => {
    await round.submitAll(reports.slice(0, 120));
    await round.leader.close();
    const away = async () => {
      throw new Error('the bucket is away');
    };
    const [leaders, helpers] = [round.effects.destroyKeys, round.helperEffects.destroyKeys];
    round.effects.destroyKeys = away;
    round.helperEffects.destroyKeys = away;
    for (let alarm = 0; alarm < 3; alarm++) await round.leader.onAlarm();
    expect(round.helperEffects.hasKeys).toBe(true);
    expect(round.numReleases).toBeGreaterThan(0);
    expect(round.storage.rows('SELECT share FROM round')).toEqual([{ share: null }]);
    expect(round.helper.aggregateShare()).toBeUndefined();

    round.helperEffects.destroyKeys = helpers;
    for (let alarm = 0; alarm < 3; alarm++) await round.leader.onAlarm();
    expect(round.storage.rows('SELECT phase FROM round')).toEqual([{ phase: 'released' }]);
    expect(round.leader.aggregateShare()).toBeUndefined();
    expect(round.leader.state()).toMatchObject({ kind: 'aggregating' });

    round.effects.destroyKeys = leaders;
    await round.runToEnd();
    expect(round.leader.state()).toEqual({ kind: 'released', count: 120 });
    round.expectSumOf(everyDevice.slice(0, 120));
  });

  test('serves the same share whenever it is asked', async () => {
    await round.submitAll(reports.slice(0, 120));
    await round.leader.close();
    await round.runToEnd();
    const share = round.leader.aggregateShare();
    await round.leader.onAlarm();
    await round.leader.close();
    expect(round.start().aggregateShare()).toEqual(share);
  });

  test('deletes a step’s sealed reports with that step', async () => {
    await round.submitAll(reports);
    await round.leader.close();
    await round.leader.onAlarm();
    expect(round.leader.state()).toEqual({ kind: 'aggregating', received: 250, aggregated: 200 });
    expect(round.leftovers()).toMatchObject({ numSealed: 50 });
  });
});

describe('a round without a release', () => {
  test('shows the helper no report, releases nothing and deletes everything at both parties, with too few reports', async () => {
    await round.submitAll(reports.slice(0, 109));
    expect(await round.leader.close()).toEqual({ kind: 'failed', reason: 'too-few-reports', received: 109 });
    await round.runToEnd();
    expect(round.numBatches).toBe(0);
    expect(round.helper.state()).toMatchObject({ kind: 'failed' });
    expect(round.helperEffects.hasKeys).toBe(false);
    expect(round.leader.aggregateShare()).toBeUndefined();
    expect(round.leftovers()).toEqual({ numSealed: 0, sum: null });
    expect(round.effects.hasKeys).toBe(false);
  });

  test('never releases where too few of enough reports could be counted', async () => {
    const broken = reports.slice(0, 112).map((report, device) => {
      const copy = report.slice();
      if (device < 3) copy[60] = (copy[60] as number) ^ 0x55;
      return copy;
    });
    await round.submitAll(broken);
    await round.leader.close();
    await round.runToEnd();
    expect(round.leader.state()).toEqual({ kind: 'failed', reason: 'too-few-reports', received: 112 });
    expect(round.helper.aggregateShare()).toBeUndefined();
    expect(round.leftovers()).toEqual({ numSealed: 0, sum: null });
  });

  test('is told to the helper once it is back, and never makes it release', async () => {
    await round.submitAll(reports.slice(0, 120));
    await round.leader.close();
    await round.leader.onAlarm();
    expect(round.helper.state()).toMatchObject({ kind: 'aggregating', aggregated: 120 });
    round.fates = ['refused', 'helper-is-away', 'helper-is-away'];
    await round.runToEnd();
    expect(round.helper.state()).toMatchObject({ kind: 'failed', reason: 'report-sets-differ' });
    expect(round.helper.aggregateShare()).toBeUndefined();
    expect(round.helperEffects.hasKeys).toBe(false);
  });

  test('releases nothing where the helper counted other reports', async () => {
    await round.submitAll(reports.slice(0, 120));
    const batch = reports.slice(200, 202);
    await round.leader.close();
    await round.leader.onAlarm();
    const [first] = batch as [Bytes];
    await round.helper.addBatch(encodeHelperBatch(77, [helperPart(first)]));
    await round.runToEnd();
    expect(round.leader.state()).toMatchObject({ kind: 'failed', reason: 'report-sets-differ' });
    expect([round.leader.aggregateShare(), round.helper.aggregateShare()]).toEqual([undefined, undefined]);
  });

  test.each([
    ['the helper refuses for good', 0],
    ['the helper stays silent for a week', 8 * 24 * HOUR_MS],
  ])('fails and deletes everything where %s', async (_, waitMs) => {
    await round.submitAll(reports.slice(0, 120));
    await round.leader.close();
    round.fates = waitMs === 0 ? ['refused'] : ['helper-is-away'];
    if (waitMs > 0) {
      await round.leader.onAlarm();
      round.nowMs = fixture.task.closesAtMs + waitMs;
    }
    await round.runToEnd();
    expect(round.leader.state()).toEqual({ kind: 'failed', reason: 'helper-refused', received: 120 });
    expect(round.leftovers()).toEqual({ numSealed: 0, sum: null });
    expect(round.effects.hasKeys).toBe(false);
  });
});
