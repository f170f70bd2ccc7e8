import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { reportSetDigest } from '#privacy/aggregate.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound, firstDevices } from './attacked-round.ts';
import { createKindFixture, type KindFixture, makeKindReports } from './kind-fixture.ts';
import { type BegunReport, beginReports } from './leader-messages.ts';

let fixture: KindFixture;
let reports: Bytes[];
let begun: BegunReport[];
let round: AttackedRound;

const log = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => log.mockRestore());

beforeAll(async () => {
  fixture = await createKindFixture('popularity');
  reports = await makeKindReports(fixture, 115);
  begun = await beginReports(reports, fixture);
});

beforeEach(async () => {
  round = new AttackedRound(fixture);
  await round.open();
});

async function sendAll(step: number, batch: readonly BegunReport[]) {
  return round.client.addBatch(step, { reports: batch, sizes: openVerifier(fixture.task.vdaf).sizes });
}

async function askFor(batch: readonly BegunReport[]) {
  return round.client.release({
    count: batch.length,
    reportSetDigest: await reportSetDigest(batch.map(({ id }) => id)),
  });
}

describe('a helper whose storage is put back to before the release', () => {
  test('releases no second share of the same sum', async () => {
    await sendAll(0, begun);
    const before = round.helperStorage.backup();
    expect(await askFor(begun)).toMatchObject({ kind: 'answered' });
    round.helperStorage = before;
    expect(round.helper.state()).toMatchObject({ kind: 'aggregating', aggregated: 115 });
    expect(await askFor(begun)).toEqual({ kind: 'refused', code: 'batch-spent' });
    expect(round.helper.state()).toMatchObject({ kind: 'failed', reason: 'keys-destroyed' });
    expect(round.helper.aggregateShare()).toBeUndefined();
    expect(round.helperStorage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
  });

  test('releases no sum of a subset, from which the first could be subtracted', async () => {
    const empty = round.helperStorage.backup();
    await sendAll(0, begun);
    await askFor(begun);
    round.helperStorage = empty;
    expect(await sendAll(0, begun.slice(1))).toEqual({ kind: 'refused', code: 'batch-spent' });
    expect(await askFor(begun.slice(1))).toEqual({ kind: 'refused', code: 'batch-spent' });
    expect(round.helper.aggregateShare()).toBeUndefined();
  });

  test('releases nothing after a round that had failed', async () => {
    await sendAll(0, begun);
    const before = round.helperStorage.backup();
    expect(await askFor(begun.slice(1))).toEqual({ kind: 'refused', code: 'report-sets-differ' });
    round.helperStorage = before;
    expect(await askFor(begun)).toEqual({ kind: 'refused', code: 'batch-spent' });
    expect(round.helper.aggregateShare()).toBeUndefined();
  });
});

describe('a leader whose storage is put back to before the release', () => {
  test.each<[string, number]>([
    ['when it had counted nothing yet', 0],
    ['when all was counted and only the release was to come', 1],
  ])('%s, releases no second share', async (_, numAlarms) => {
    await round.submitAll(reports);
    await round.leader.close();
    for (let alarm = 0; alarm < numAlarms; alarm++) await round.leader.onAlarm();
    const before = round.leaderStorage.backup();
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(115));
    const share = round.helper.aggregateShare();

    round.leaderStorage = before;
    await round.runToEnd();
    expect(round.leader.state()).toMatchObject({ kind: 'failed', reason: 'keys-destroyed' });
    expect(round.leader.aggregateShare()).toBeUndefined();
    expect(round.leaderStorage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
    expect(round.helper.aggregateShare()).toEqual(share);
  });

  test('and to before the close, opens no report that it admits again', async () => {
    await round.submitAll(reports.slice(0, 112));
    const before = round.leaderStorage.backup();
    await round.runToEnd();
    round.leaderStorage = before;
    await round.submitAll(reports.slice(112));
    await round.runToEnd();
    expect(round.leader.state()).toMatchObject({ kind: 'failed', reason: 'keys-destroyed' });
    expect(round.leader.aggregateShare()).toBeUndefined();
  });
});

test('both parties’ storage put back at once releases nothing a second time', async () => {
  await round.submitAll(reports);
  await round.leader.close();
  await round.leader.onAlarm();
  const before = [round.leaderStorage.backup(), round.helperStorage.backup()] as const;
  await round.runToEnd();
  [round.leaderStorage, round.helperStorage] = before;
  await round.runToEnd();
  expect(round.leader.state()).toMatchObject({ kind: 'failed', reason: 'keys-destroyed' });
  expect(round.helper.state()).toMatchObject({ kind: 'failed', reason: 'keys-destroyed' });
  expect([round.leader.aggregateShare(), round.helper.aggregateShare()]).toEqual([undefined, undefined]);
});

describe('abort and release', () => {
  test('a round that has failed never releases, whoever asks and however often it is woken', async () => {
    await round.submitAll(reports.slice(0, 109));
    await round.runToEnd();
    for (let again = 0; again < 3; again++) {
      await round.leader.close();
      await round.leader.onAlarm();
      expect(await askFor(begun)).toEqual({ kind: 'refused', code: 'batch-spent' });
    }
    round.expectNothingReleased('too-few-reports');
  });

  test('a round that has released serves the same shares for ever and takes no word of failure', async () => {
    await round.submitAll(reports);
    await round.runToEnd();
    const shares = [round.leader.aggregateShare(), round.helper.aggregateShare()];
    const nothing = { count: 0, reportSetDigest: await reportSetDigest([]) };
    expect(await round.client.release(nothing)).toEqual({ kind: 'refused', code: 'report-sets-differ' });
    await round.leader.close();
    await round.leader.onAlarm();
    round.nowMs += 30 * 24 * 3_600_000;
    await round.leader.onAlarm();
    await round.helper.onAlarm();
    expect([round.leader.aggregateShare(), round.helper.aggregateShare()]).toEqual(shares);
    round.expectExactSumOf(firstDevices(115));
  });
});
