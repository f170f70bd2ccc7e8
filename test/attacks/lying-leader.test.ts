import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportSetDigest } from '#privacy/aggregate.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { HelperReport } from '#protocol/helper-batch.ts';
import type { ReleaseRequest } from '#protocol/round-messages.ts';
import { HOUR_MS } from '../edge/round-fixture.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound } from './attacked-round.ts';
import { createKindFixture, KINDS, type KindFixture, makeKindReports } from './kind-fixture.ts';
import { type BegunReport, beginReports } from './leader-messages.ts';

// The leader's own round plays no part here: the test writes the messages of a leader that lies, with its real key.

const DAY_MS = 24 * HOUR_MS;

describe.each(KINDS)('in a round of %s the helper', (kind) => {
  let fixture: KindFixture;
  let reports: BegunReport[];
  let round: AttackedRound;

  beforeAll(async () => {
    fixture = await createKindFixture(kind);
    reports = await beginReports(await makeKindReports(fixture, 116), fixture);
  });

  beforeEach(async () => {
    round = new AttackedRound(fixture);
    await round.open();
  });

  /** How many entries of a step the helper has counted, or the code of its no. */
  async function send(step: number, batch: readonly HelperReport[]): Promise<number | string> {
    const answer = await round.client.addBatch(step, { reports: batch, sizes: openVerifier(fixture.task.vdaf).sizes });
    if (answer.kind === 'answered') return answer.value.filter((verdict) => verdict.kind === 'added').length;
    return answer.kind === 'refused' ? answer.code : answer.kind;
  }

  async function askFor(batch: readonly HelperReport[], changes: Partial<ReleaseRequest> = {}): Promise<string> {
    const reportSet = await reportSetDigest(batch.map(({ id }) => id));
    const answer = await round.client.release({ count: batch.length, reportSetDigest: reportSet, ...changes });
    return answer.kind === 'refused' ? answer.code : answer.kind;
  }

  const share = (): Bytes | undefined => {
    const [row] = round.helperStorage.rows(`SELECT share FROM round WHERE phase = 'released'`);
    return row?.share as Bytes | undefined;
  };

  test('counts a report once, however often and under whatever steps it comes', async () => {
    expect(await send(0, reports.slice(0, 40))).toBe(40);
    expect(await send(7, reports.slice(10, 45))).toBe(5);
    expect(await send(3, [...reports.slice(45, 47), ...reports.slice(45, 47)])).toBe(2);
    expect(round.helper.state()).toMatchObject({ kind: 'aggregating', aggregated: 47 });
  });

  test('refuses other content under a step that it has answered', async () => {
    expect(await send(0, reports.slice(0, 40))).toBe(40);
    expect(await send(0, reports.slice(0, 39))).toBe('step-differs');
    expect(await send(0, reports.slice(40, 80))).toBe('step-differs');
    expect(round.helper.state()).toMatchObject({ aggregated: 40 });
  });

  test.each<[string, (counted: readonly BegunReport[], left: BegunReport) => readonly BegunReport[]]>([
    ['a set without one of the reports it counted', (counted) => counted.slice(1)],
    ['a set with one more', (counted, left) => [...counted, left]],
    ['as many reports, one of them another', (counted, left) => [...counted.slice(1), left]],
  ])('releases nothing, ever, for %s', async (_, chooseSet) => {
    const [left, ...counted] = reports as [BegunReport, ...BegunReport[]];
    await send(0, counted);
    expect(await askFor(chooseSet(counted, left))).toBe('report-sets-differ');
    // The round is over: the right set comes too late.
    expect(await askFor(counted)).toBe('batch-spent');
    expect(await send(1, reports.slice(0, 5))).toBe('batch-spent');
    expect(share()).toBeUndefined();
    expect(round.helperEffects.hasKeys).toBe(false);
  });

  test('releases nothing where only the count is another', async () => {
    await send(0, reports);
    expect(await askFor(reports, { count: 115 })).toBe('report-sets-differ');
    expect(share()).toBeUndefined();
  });

  test('releases one share, however often it is asked, and none for another set afterwards', async () => {
    await send(0, reports);
    expect(await askFor(reports)).toBe('answered');
    const first = share();
    expect(first).toBeInstanceOf(Uint8Array);
    expect(await askFor(reports)).toBe('answered');
    expect(await askFor(reports.slice(1))).toBe('report-sets-differ');
    expect(await send(9, reports.slice(0, 3))).toBe('batch-spent');
    expect(share()).toEqual(first);
  });

  test('never releases fewer than the minimum, and a round that asked for it is spent', async () => {
    const few = reports.slice(0, 109);
    await send(0, few);
    expect(await askFor(few)).toBe('too-few-reports');
    expect(await send(1, reports.slice(109))).toBe('batch-spent');
    expect(share()).toBeUndefined();
  });

  test('counts no report that the leader has made up, and none of which it has changed a byte', async () => {
    const [one] = reports as [BegunReport];
    const flip = (bytes: Bytes): Bytes => bytes.with(bytes.length - 5, (bytes.at(-5) as number) ^ 0x21) as Bytes;
    const madeUp = { ...one, id: new Uint8Array(16).fill(0x77) };
    const changed: HelperReport[] = [
      madeUp,
      { ...one, hour: one.hour + 1 },
      { ...one, helper: { ...one.helper, enc: flip(one.helper.enc) } },
      { ...one, helper: { ...one.helper, ciphertext: flip(one.helper.ciphertext) } },
    ];
    if (one.publicShare.length > 0) changed.push({ ...one, publicShare: flip(one.publicShare) });
    if (one.leaderVerifierShare.length > 0) {
      changed.push({ ...one, leaderVerifierShare: flip(one.leaderVerifierShare) });
    }
    expect(await send(0, changed)).toBe(0);
    // What was refused may still come as it is.
    expect(await send(1, [one])).toBe(1);
  });

  test('waits for a leader that stalls, and loses nothing, for as long as two weeks after the close', async () => {
    await send(0, reports.slice(0, 60));
    round.nowMs = fixture.task.closesAtMs + 14 * DAY_MS - 1;
    await round.helper.onAlarm();
    expect(round.helper.state()).toMatchObject({ kind: 'aggregating', aggregated: 60 });
    expect(await send(1, reports.slice(60))).toBe(56);
    expect(await askFor(reports)).toBe('answered');
    expect(share()).toBeInstanceOf(Uint8Array);
  });

  test.each(['before its first step', 'between two steps', 'before the release'])(
    'ends the round two weeks after the close where the leader stalls %s: nothing is released, ever',
    async (when) => {
      if (when !== 'before its first step') await send(0, reports.slice(0, 60));
      if (when === 'before the release') await send(1, reports.slice(60));
      round.nowMs = fixture.task.closesAtMs + 14 * DAY_MS;
      await round.helper.onAlarm();
      expect(round.helper.state()).toMatchObject({ kind: 'failed' });
      expect(round.helperEffects.hasKeys).toBe(false);
      expect(round.helperStorage.rows('SELECT sum, share FROM round')).toEqual([{ sum: null, share: null }]);
      expect(await send(2, reports.slice(0, 3))).toBe('batch-spent');
      expect(await askFor(reports)).toBe('batch-spent');
      expect(share()).toBeUndefined();
    },
  );

  test('counts no more than the largest batch, though the leader sends more', async () => {
    round.helperStorage.sql.exec('UPDATE round SET aggregated = 250');
    expect(await send(0, reports.slice(0, 30))).toBe(10);
  });
});
