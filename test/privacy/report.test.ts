import { beforeAll, describe, expect, test } from 'vitest';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair, sealTo } from '#privacy/hpke.ts';
import { makeReport, openHelperShare, openLeaderShare, type ReportTask } from '#privacy/report.ts';
import { addShare } from '#privacy/shares.ts';
import type { TaskId } from '#protocol/ids.ts';
import {
  encodeReport,
  parseReport,
  REPORT_MAX_BYTES,
  type Report,
  reportAad,
  reportBytes,
  reportInfo,
} from '#protocol/report.ts';
import { seededRandom } from './seeded-random.ts';

const HOUR_MS = 3_600_000;
const taskId = '5e'.repeat(32) as TaskId;
const opensAtMs = 480_003 * HOUR_MS + 700_000;
const closesAtMs = 480_051 * HOUR_MS + 100_000;
const nowMs = 480_017 * HOUR_MS + 3_599_999;
const update = Float32Array.of(0.5, -0.25, 1.125, 0, 0.0625, -1.5);

let leader: HpkeKeyPair;
let helper: HpkeKeyPair;
let task: ReportTask;
let report: Report;

beforeAll(async () => {
  leader = await importHpkeKeyPair(await generateHpkeKeyPair());
  helper = await importHpkeKeyPair(await generateHpkeKeyPair());
  task = {
    numParams: update.length,
    clipNorm: 4,
    scale: 2 ** 13,
    leader: { origin: 'https://leader.example', hpkeKeyId: 17, hpkePublicKey: leader.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 203, hpkePublicKey: helper.publicKey },
    opensAtMs,
    closesAtMs,
  };
  report = parseReport(await makeReport({ task, taskId, update, nowMs }), task.numParams);
});

/** What both parties' shares of a report add up to, in units. */
async function unitsOf(of: Report): Promise<Int32Array> {
  const sum = await openLeaderShare(of, { task, taskId, keyPair: leader });
  addShare(sum, await openHelperShare(of, { task, taskId, keyPair: helper }));
  return new Int32Array(sum.buffer);
}

describe('makeReport', () => {
  test('makes a report whose shares add up to the update in fixed point', async () => {
    expect(Array.from(await unitsOf(report))).toEqual(Array.from(update, (value) => value * task.scale));
  });

  test('clips: the shares of a far too long update add up to an integer norm within the bound', async () => {
    const long = update.map((value) => 1e6 * value);
    const units = await unitsOf(parseReport(await makeReport({ task, taskId, update: long, nowMs }), task.numParams));
    const norm = Math.sqrt(units.reduce((squares, value) => squares + value * value, 0));
    expect(norm).toBeLessThanOrEqual(2 ** 15);
    expect(norm).toBeGreaterThan(2 ** 15 - 10);
  });

  test.each([
    ['zero', 0],
    ['ordinary', 0.3],
    ['huge', 3e38],
  ])('makes reports of one length, here for an update that is %s', async (_name, value) => {
    const bytes = await makeReport({ task, taskId, update: new Float32Array(6).fill(value), nowMs });
    expect(bytes.length).toBe(reportBytes(task.numParams));
  });

  test('stays below the limit of one POST at 10,000 parameters', async () => {
    const large = { ...task, numParams: 10_000 };
    const bytes = await makeReport({ task: large, taskId, update: new Float32Array(10_000).fill(0.7), nowMs });
    expect(bytes.length).toBeLessThanOrEqual(REPORT_MAX_BYTES);
  });

  test('says the time to the hour, rounded down', () => {
    expect(report.hour).toBe(480_017);
  });

  test('makes different reports of one update', async () => {
    const other = parseReport(await makeReport({ task, taskId, update, nowMs }), task.numParams);
    expect(other.id).not.toEqual(report.id);
    expect(other.leader.ciphertext).not.toEqual(report.leader.ciphertext);
  });

  test('draws rounding, id and seed from the given source', async () => {
    const [first, second] = await Promise.all(
      ['same', 'same'].map(async (label) =>
        parseReport(
          await makeReport({ task, taskId, update, nowMs, random: await seededRandom(label) }),
          task.numParams,
        ),
      ),
    );
    expect(first?.id).toEqual(second?.id);
    const opener = { task, taskId, keyPair: leader };
    expect(await openLeaderShare(first as Report, opener)).toEqual(await openLeaderShare(second as Report, opener));
  });

  test.each([opensAtMs - HOUR_MS, closesAtMs + HOUR_MS])(
    'refuses the time %d, when the task is closed',
    async (closedMs) => {
      await expect(makeReport({ task, taskId, update, nowMs: closedMs })).rejects.toThrow(/expected nowMs/);
    },
  );

  test('refuses an update of another length or with a value that is not finite', async () => {
    await expect(makeReport({ task, taskId, update: update.slice(2), nowMs })).rejects.toThrow(/expected update/);
    const broken = update.with(3, Number.NaN);
    await expect(makeReport({ task, taskId, update: broken, nowMs })).rejects.toThrow(/expected update/);
  });

  test('refuses a task whose key is unusable', async () => {
    const unusable = { ...task, helper: { ...task.helper, hpkePublicKey: 'A'.repeat(43) } };
    await expect(makeReport({ task: unusable, taskId, update, nowMs })).rejects.toMatchObject({ code: 'bad-key' });
  });
});

describe('openLeaderShare and openHelperShare', () => {
  const flip = (bytes: Uint8Array, at: number) => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 4 : byte));
  const changes: readonly (readonly [string, (of: Report) => Report])[] = [
    ['id', (of) => ({ ...of, id: flip(of.id, 9) })],
    ['hour', (of) => ({ ...of, hour: of.hour + 2 })],
    [
      'encapsulated keys',
      (of) => ({
        ...of,
        leader: { ...of.leader, enc: flip(of.leader.enc, 20) },
        helper: { ...of.helper, enc: flip(of.helper.enc, 20) },
      }),
    ],
    [
      'ciphertexts',
      (of) => ({
        ...of,
        leader: { ...of.leader, ciphertext: flip(of.leader.ciphertext, 11) },
        helper: { ...of.helper, ciphertext: flip(of.helper.ciphertext, 11) },
      }),
    ],
  ];

  test.each(changes)('refuse a report with another %s', async (_what, change) => {
    const changed = parseReport(encodeReport(change(report)), task.numParams);
    const invalid = { code: 'report-invalid' };
    await expect(openLeaderShare(changed, { task, taskId, keyPair: leader })).rejects.toMatchObject(invalid);
    await expect(openHelperShare(changed, { task, taskId, keyPair: helper })).rejects.toMatchObject(invalid);
  });

  test.each([
    ['id', () => ({ task, taskId: '5f'.repeat(32) as TaskId })],
    [
      'key ids',
      () => ({
        taskId,
        task: { ...task, leader: { ...task.leader, hpkeKeyId: 18 }, helper: { ...task.helper, hpkeKeyId: 204 } },
      }),
    ],
  ])('refuse a report to a task with another %s', async (_what, changed) => {
    const invalid = { code: 'report-invalid' };
    await expect(openLeaderShare(report, { ...changed(), keyPair: leader })).rejects.toMatchObject(invalid);
    await expect(openHelperShare(report, { ...changed(), keyPair: helper })).rejects.toMatchObject(invalid);
  });

  test('refuse a share that was sealed in the other role', async () => {
    const both = { ...task, leader: { ...task.leader, hpkePublicKey: helper.publicKey, hpkeKeyId: 203 } };
    const swapped = { ...report, leader: report.helper };
    const attempt = openLeaderShare(swapped, { task: both, taskId, keyPair: helper });
    await expect(attempt).rejects.toMatchObject({ code: 'report-invalid' });
  });

  test.each([480_002, 480_052, 0])('refuse the hour %d, when the task is closed', async (hour) => {
    const sealedThen = { ...report, hour };
    const attempt = openLeaderShare(sealedThen, { task, taskId, keyPair: leader });
    await expect(attempt).rejects.toThrow(/expected an hour while the task is open/);
  });

  test.each([opensAtMs, closesAtMs - 1])(
    'accept a report made at %d, the first and the last moment',
    async (edgeMs) => {
      const made = parseReport(await makeReport({ task, taskId, update, nowMs: edgeMs }), task.numParams);
      expect((await unitsOf(made))[2]).toBe(1.125 * task.scale);
    },
  );

  test('refuse the hour at whose start the task closes', async () => {
    const onTheHour = { ...task, closesAtMs: (report.hour + 5) * HOUR_MS };
    const attempt = openHelperShare({ ...report, hour: report.hour + 5 }, { task: onTheHour, taskId, keyPair: helper });
    await expect(attempt).rejects.toThrow(/expected an hour while the task is open/);
  });

  test('refuse a well-sealed share of another length', async () => {
    const { id, hour } = report;
    const sealAs = async (role: 'leader' | 'helper', numBytes: number) =>
      sealTo(task[role].hpkePublicKey, {
        info: reportInfo(role),
        aad: reportAad({ taskId, id, hour, hpkeKeyId: task[role].hpkeKeyId }),
        plaintext: new Uint8Array(numBytes),
      });
    const short = { ...report, leader: await sealAs('leader', 4 * 5), helper: await sealAs('helper', 31) };
    await expect(openLeaderShare(short, { task, taskId, keyPair: leader })).rejects.toThrow(
      /expected a share of 24 bytes, got 20/,
    );
    await expect(openHelperShare(short, { task, taskId, keyPair: helper })).rejects.toThrow(
      /expected a share of 32 bytes, got 31/,
    );
  });

  test('refuse a key pair that is not the task’s', async () => {
    await expect(openLeaderShare(report, { task, taskId, keyPair: helper })).rejects.toThrow(RangeError);
    await expect(openHelperShare(report, { task, taskId, keyPair: leader })).rejects.toThrow(RangeError);
  });
});
