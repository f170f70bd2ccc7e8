import { beforeAll, describe, expect, test } from 'vitest';
import { openInputShare } from '#privacy/report.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { TaskId } from '#protocol/ids.ts';
import { encodeReport, type PartyRole, parseReport, type Report } from '#protocol/report.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound, firstDevices } from './attacked-round.ts';
import { createKindFixture, KINDS, type KindFixture, makeKindReports } from './kind-fixture.ts';

/** What somebody who holds a sealed report and knows everything public could put it to. */
const REPLAYS: Readonly<Record<string, (report: Report, other: Report) => Report>> = {
  'under another report id': (report) => ({ ...report, id: report.id.with(3, 0x5a) as Report['id'] }),
  'under another device’s id': (report, { id }) => ({ ...report, id }),
  'in another hour of the same task': (report) => ({ ...report, hour: report.hour + 2 }),
  'with its two shares swapped': ({ leader, helper, ...rest }) => {
    // Lengths are fixed, so what does not fit is cut and what is missing is zeros.
    const cut = (from: Report['leader'], like: Report['leader']) => {
      const ciphertext = new Uint8Array(like.ciphertext.length);
      ciphertext.set(from.ciphertext.subarray(0, ciphertext.length));
      return { enc: from.enc, ciphertext };
    };
    return { ...rest, leader: cut(helper, leader), helper: cut(leader, helper) };
  },
  'with the leader’s share of another': (report, { leader }) => ({ ...report, leader }),
  'with the helper’s share of another': (report, { helper }) => ({ ...report, helper }),
};

describe.each(KINDS)('a sealed report of %s', (kind) => {
  let fixture: KindFixture;
  let parsed: Report[];
  let reports: Uint8Array<ArrayBuffer>[];

  beforeAll(async () => {
    fixture = await createKindFixture(kind);
    reports = await makeKindReports(fixture, 125);
    const { sizes } = openVerifier(fixture.task.vdaf);
    parsed = reports.map((bytes) => parseReport(bytes, sizes));
  });

  async function codeOf(role: PartyRole, report: Report, { task, taskId, leaderKey, helperKey }: KindFixture) {
    const keyPair = { leader: leaderKey, helper: helperKey }[role];
    try {
      await openInputShare(role, { ...report, sealed: report[role] }, { task, taskId, keyPair });
      return 'opened';
    } catch (error) {
      return error instanceof ProtocolError ? error.code : error;
    }
  }

  test.each(['leader', 'helper'] as const)('opens at the %s only as it was sealed', async (role) => {
    const [report] = parsed as [Report];
    const { task } = fixture;
    expect(await codeOf(role, report, fixture)).toBe('opened');
    expect(await codeOf(role, report, { ...fixture, taskId: 'c7'.repeat(32) as TaskId })).toBe('report-invalid');
    const keyId = { ...task[role], hpkeKeyId: task[role].hpkeKeyId + 1 };
    expect(await codeOf(role, report, { ...fixture, task: { ...task, [role]: keyId } })).toBe('report-invalid');
    const otherPublicShare = Uint8Array.of(...report.publicShare, 0);
    expect(await codeOf(role, { ...report, publicShare: otherPublicShare }, fixture)).toBe('report-invalid');
    expect(await codeOf(role, { ...report, hour: report.hour + 1 }, fixture)).toBe('report-invalid');
    expect(await codeOf(role, { ...report, hour: report.hour + 1000 }, fixture)).toBe('report-invalid');
    expect(await codeOf(role, { ...report, id: report.id.with(0, 0x11) as Report['id'] }, fixture)).toBe(
      'report-invalid',
    );
    const other = role === 'leader' ? 'helper' : 'leader';
    expect(await codeOf(role, { ...report, [role]: report[other] }, fixture)).toBe('report-invalid');
  });

  test('is counted in no form but its own', async () => {
    const round = new AttackedRound(fixture);
    await round.open();
    for (const [i, replay] of Object.values(REPLAYS).entries()) {
      const [target, other] = parsed.slice(2 * i, 2 * i + 2) as [Report, Report];
      expect(await round.leader.submit(encodeReport(replay(target, other)))).toEqual({ kind: 'accepted' });
    }
    const firstHonest = 2 * Object.keys(REPLAYS).length;
    await round.submitAll(reports.slice(firstHonest));
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(reports.length).slice(firstHonest));
  });

  test('is counted in no other task between the same keys', async () => {
    const { taskId: _, ...rest } = fixture;
    const elsewhere: KindFixture = { ...rest, taskId: 'c7'.repeat(32) as TaskId };
    const own = await makeKindReports(elsewhere, 110);
    const round = new AttackedRound(elsewhere);
    await round.open();
    await round.submitAll([...own, ...reports]);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(110));
  });
});
