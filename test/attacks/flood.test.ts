import { beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { REPORT_FORMAT } from '#protocol/report.ts';
import { seededRandom } from '../privacy/seeded-random.ts';
import { AttackedRound, firstDevices } from './attacked-round.ts';
import { createKindFixture, type KindFixture, makeCheatingReport, makeKindReports } from './kind-fixture.ts';

const NUM_HONEST = 120;
const random = await seededRandom('flood');

/** Random bytes that pass for a report until they are opened. */
function forge(length: number): Bytes {
  const bytes = new Uint8Array(length);
  random(bytes);
  bytes[0] = REPORT_FORMAT;
  return bytes;
}

let fixture: KindFixture;
let honest: Bytes[];

beforeAll(async () => {
  fixture = await createKindFixture('metrics', { maxBatch: 2000 });
  honest = await makeKindReports(fixture, NUM_HONEST);
});

async function openRound(): Promise<AttackedRound> {
  const round = new AttackedRound(fixture);
  await round.open();
  return round;
}

/** Honest reports spread evenly among forged ones. */
function among(forged: readonly Bytes[]): Bytes[] {
  const every = forged.length / honest.length;
  return honest.flatMap((report, i) => [...forged.slice(Math.floor(i * every), Math.floor((i + 1) * every)), report]);
}

describe('a flood of forged reports', () => {
  test('ten times as many as honest ones is admitted unread, dropped, and changes nothing in the sum', async () => {
    const length = (honest[0] as Bytes).length;
    const round = await openRound();
    await round.submitAll(among(Array.from({ length: 10 * NUM_HONEST }, () => forge(length))));
    expect(round.leader.state()).toEqual({ kind: 'open', received: 11 * NUM_HONEST });
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(NUM_HONEST));
    expect(round.leaderStorage.rows('SELECT count(*) AS num FROM sealed_reports')).toEqual([{ num: 0 }]);
  });

  test('of sealed reports with wrong proofs is dropped as well', async () => {
    const cheating: Bytes[] = [];
    for (let i = 0; i < 300; i++) cheating.push(await makeCheatingReport(fixture));
    const round = await openRound();
    await round.submitAll(among(cheating));
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(NUM_HONEST));
  });

  test('that fills the batch shuts out all honest devices that come later: they are told so, and the rest is released', async () => {
    const length = (honest[0] as Bytes).length;
    const round = await openRound();
    await round.submitAll(honest.slice(0, 115));
    for (let i = 0; i < 1885; i++) await round.leader.submit(forge(length));
    expect(await round.leader.submit(honest[115] as Bytes)).toEqual({ kind: 'full' });
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(115));
  });

  test('that fills the batch before enough honest devices have come ends the round unreleased', async () => {
    const length = (honest[0] as Bytes).length;
    const round = await openRound();
    await round.submitAll(honest.slice(0, 109));
    for (let i = 0; i < 1891; i++) await round.leader.submit(forge(length));
    for (const report of honest.slice(109)) expect(await round.leader.submit(report)).toEqual({ kind: 'full' });
    await round.runToEnd();
    round.expectNothingReleased('too-few-reports');
    expect(round.helperEffects.hasKeys).toBe(false);
  });

  test('under the ids of honest reports shuts those out only if it is first, which takes guessing 16 random bytes', async () => {
    const [first, second] = honest as [Bytes, Bytes];
    const length = first.length;
    const round = await openRound();
    await round.submitAll([first]);
    const copy = forge(length);
    copy.set(first.subarray(1, 17), 1);
    expect(await round.leader.submit(copy)).toEqual({ kind: 'report-differs' });
    copy.set(second.subarray(1, 17), 1);
    expect(await round.leader.submit(copy)).toEqual({ kind: 'accepted' });
    expect(await round.leader.submit(second)).toEqual({ kind: 'report-differs' });
  });
});
