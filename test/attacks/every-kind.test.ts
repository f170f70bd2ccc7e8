import { describe, expect, test } from 'vitest';
import { contextOf, openInputShare } from '#privacy/report.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { type PartyRole, parseReport } from '#protocol/report.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound, firstDevices, VERIFY_KEY } from './attacked-round.ts';
import { createKindFixture, KINDS, makeCheatingReport, makeKindReports, PROVED_KINDS } from './kind-fixture.ts';

describe.each(KINDS)('%s', (kind) => {
  test('a round through both parties releases exactly the sum of what the devices sent', async () => {
    const fixture = await createKindFixture(kind);
    const round = new AttackedRound(fixture);
    await round.open();
    await round.submitAll(await makeKindReports(fixture, 213));
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(213));
  });

  test('the helper refuses all reports until a verify key is agreed on, and any second key', async () => {
    const fixture = await createKindFixture(kind);
    const round = new AttackedRound(fixture, 'not-agreed');
    await round.open();
    const [report] = await makeKindReports(fixture, 1);
    const { sizes } = openVerifier(fixture.task.vdaf);
    const leaderVerifierShare = new Uint8Array(sizes.verifierShare);
    const reports = [{ ...parseReport(report as Uint8Array, sizes), leaderVerifierShare }];
    expect(await round.client.addBatch(0, { reports, sizes })).toEqual({ kind: 'refused', code: 'verify-key-missing' });
    expect(round.helper.state()).toEqual({ kind: 'open', received: 0 });

    expect(await round.client.agreeOnVerifyKey(await round.sealVerifyKey())).toMatchObject({ kind: 'answered' });
    const second = await round.sealVerifyKey(VERIFY_KEY.with(7, 0x99));
    expect(await round.client.agreeOnVerifyKey(second)).toEqual({ kind: 'refused', code: 'verify-key-differs' });
    // The first, sent again, is still the one.
    expect(await round.client.agreeOnVerifyKey(await round.sealVerifyKey())).toMatchObject({ kind: 'answered' });
  });
});

describe.each(PROVED_KINDS)('%s', (kind) => {
  test('a report of a device that proves a 2 is counted nowhere, and the rest is released', async () => {
    const fixture = await createKindFixture(kind);
    const round = new AttackedRound(fixture);
    await round.open();
    await round.submitAll([await makeCheatingReport(fixture), ...(await makeKindReports(fixture, 111))]);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(111));
    expect(round.leaderStorage.rows('SELECT count(*) AS num FROM reports WHERE is_counted = 0')).toEqual([{ num: 1 }]);
    expect(round.helperStorage.rows('SELECT count(*) AS num FROM counted')).toEqual([{ num: 111 }]);
  });

  test('either party finds out by itself that a device has proved a 2', async () => {
    const fixture = await createKindFixture(kind);
    const { task, taskId, leaderKey, helperKey } = fixture;
    const verifier = openVerifier(task.vdaf);
    const report = parseReport(await makeCheatingReport(fixture), verifier.sizes);
    const start = async (role: PartyRole) => {
      const keyPair = { leader: leaderKey, helper: helperKey }[role];
      const inputShare = await openInputShare(role, { ...report, sealed: report[role] }, { task, taskId, keyPair });
      return verifier.verifyInit(role, {
        ...contextOf(taskId, report.id),
        verifyKey: VERIFY_KEY,
        publicShare: report.publicShare,
        inputShare,
      });
    };
    const { ctx } = contextOf(taskId, report.id);
    const [leader, helper] = [await start('leader'), await start('helper')];
    const judge = () => verifier.combineVerifierShares(ctx, leader.verifierShare, helper.verifierShare);
    expect(judge).toThrow(ProtocolError);
    expect(judge).toThrow(expect.objectContaining({ code: 'report-invalid' }));
  });
});
