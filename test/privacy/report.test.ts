import fc from 'fast-check';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { elementRing } from '#privacy/element-ring.ts';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import type { Circuit } from '#privacy/prio3/circuit.ts';
import { createPrio3Sharder } from '#privacy/prio3/two-parties.ts';
import { contextOf, makeReport, openInputShare, type ReportTask } from '#privacy/report.ts';
import { circuitOf, type Prio3Parameters } from '#privacy/task-circuit.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import type { Sharder } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import {
  encodeReport,
  type PartyRole,
  parseReport,
  REPORT_MAX_BYTES,
  type Report,
  reportBytes,
} from '#protocol/report.ts';
import { MAX_SUM_LENGTH, VdafParametersSchema } from '#protocol/vdaf-parameters.ts';
import { shardModule } from './prio3/kernels.ts';
import { seededRandom } from './seeded-random.ts';

const HOUR_MS = 3_600_000;
const taskId = '5e'.repeat(32) as TaskId;
const opensAtMs = 480_003 * HOUR_MS + 700_000;
const closesAtMs = 480_051 * HOUR_MS + 100_000;
const nowMs = 480_017 * HOUR_MS + 3_599_999;
const units = Int32Array.of(4096, -2048, 9216, 0, 512, -12_288);
const sums = unverifiedVectorSumSharder({ length: units.length });
const verifier = unverifiedVectorSumVerifier({ length: units.length });
const PUBLIC_SHARE: Bytes = new Uint8Array(24).fill(0x6b);
const sizes = { ...verifier.sizes, publicShare: PUBLIC_SHARE.length };
/** As {@link sums}, with a public share as functions with proofs have one. */
const sharder: Sharder<Int32Array> = {
  shard: async (...args) => ({ ...(await sums.shard(...args)), publicShare: PUBLIC_SHARE }),
};

let keys: Record<PartyRole, HpkeKeyPair>;
let task: ReportTask;
let report: Report;

beforeAll(async () => {
  const [leader, helper] = [
    await importHpkeKeyPair(await generateHpkeKeyPair()),
    await importHpkeKeyPair(await generateHpkeKeyPair()),
  ];
  keys = { leader, helper };
  task = {
    leader: { origin: 'https://leader.example', hpkeKeyId: 17, hpkePublicKey: leader.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 203, hpkePublicKey: helper.publicKey },
    opensAtMs,
    closesAtMs,
  };
  report = await makeOne();
});

async function makeOne(how: Partial<Parameters<typeof makeReport<Int32Array>>[0]> = {}): Promise<Report> {
  const bytes = await makeReport({ task, taskId, sharder, measurement: units, nowMs, ...how });
  return parseReport(bytes, sizes);
}

function open(of: Report, role: PartyRole, how: Partial<Parameters<typeof openInputShare>[2]> = {}): Promise<Bytes> {
  return openInputShare(role, { ...of, sealed: of[role] }, { task, taskId, keyPair: keys[role], ...how });
}

/** What both parties' shares of a report add up to, in units. */
async function unitsOf(of: Report): Promise<number[]> {
  const outputOf = async (role: PartyRole) => {
    const shares = { publicShare: of.publicShare, inputShare: await open(of, role) };
    const input = { ...contextOf(taskId, of.id), verifyKey: new Uint8Array(32), ...shares };
    return (await verifier.verifyInit(role, input)).state;
  };
  const sum = await outputOf('leader');
  const ring = elementRing(verifier.elementBytes);
  ring.add(sum, await outputOf('helper'));
  return Array.from(ring.toIntegers(sum));
}

describe('makeReport', () => {
  test('makes a report whose shares add up to the measurement', async () => {
    expect(await unitsOf(report)).toEqual(Array.from(units));
  });

  test.each([0, 9000])('makes reports of one length, here for units of %d', async (value) => {
    const measurement = new Int32Array(6).fill(value);
    const bytes = await makeReport({ task, taskId, sharder, measurement, nowMs });
    expect(bytes.length).toBe(reportBytes(sizes));
  });

  test('stays below the limit of one POST at the longest sum', async () => {
    const longest = unverifiedVectorSumSharder({ length: MAX_SUM_LENGTH });
    const measurement = new Int32Array(MAX_SUM_LENGTH).fill(77);
    const bytes = await makeReport({ task, taskId, sharder: longest, measurement, nowMs });
    expect(bytes.length).toBeLessThanOrEqual(REPORT_MAX_BYTES);
  });

  test.each<[Prio3Parameters, number | readonly number[]]>([
    [{ type: 'Prio3SumVec', length: 1789, maxMeasurement: 3, chunkLength: 57 }, new Array(1789).fill(2)],
    [{ type: 'Prio3Histogram', length: 3578, chunkLength: 57 }, 3001],
    [
      { type: 'Prio3MultihotCountVec', length: 3567, maxWeight: 2047, chunkLength: 57 },
      Array.from({ length: 3567 }, (_, i) => Number(i % 3 === 0)),
    ],
  ])('stays below it at the most of %j', async (vdaf, measurement) => {
    expect(v.is(VdafParametersSchema, vdaf)).toBe(true);
    expect(v.is(VdafParametersSchema, { ...vdaf, length: vdaf.length + 1 })).toBe(false);
    const largest = createPrio3Sharder(circuitOf(vdaf) as Circuit<typeof measurement>, shardModule);
    const bytes = await makeReport({ task, taskId, sharder: largest, measurement, nowMs });
    expect(bytes.length).toBe(reportBytes(vdafShape(vdaf).sizes));
    expect(bytes.length).toBeLessThanOrEqual(REPORT_MAX_BYTES);
  });

  test('stays below it with whatever parameters a task may have, and none are refused that leave it room', () => {
    const anyCount = (max: number) => fc.integer({ min: 1, max });
    const parameters = fc
      .tuple(anyCount(3800), anyCount(2000), anyCount(300))
      .map(([length, chunkLength, most]): readonly Prio3Parameters[] => [
        { type: 'Prio3SumVec', length, maxMeasurement: most, chunkLength },
        { type: 'Prio3Histogram', length, chunkLength },
        { type: 'Prio3MultihotCountVec', length, maxWeight: Math.min(length, most), chunkLength },
      ]);
    fc.assert(
      fc.property(parameters, (all) => {
        for (const vdaf of all) {
          const room = REPORT_MAX_BYTES - reportBytes(vdafShape(vdaf).sizes);
          if (v.is(VdafParametersSchema, vdaf)) expect(room).toBeGreaterThanOrEqual(0);
          else expect(room).toBeLessThan(4 * 16);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('says the time to the hour, rounded down', () => {
    expect(report.hour).toBe(480_017);
  });

  test('makes different reports of one measurement', async () => {
    const other = await makeOne();
    expect(other.id).not.toEqual(report.id);
    expect(other.leader.ciphertext).not.toEqual(report.leader.ciphertext);
  });

  test('draws id and shares from the given source', async () => {
    const [first, second] = [
      await makeOne({ random: await seededRandom('same') }),
      await makeOne({ random: await seededRandom('same') }),
    ];
    expect(first.id).toEqual(second.id);
    expect(await open(first, 'leader')).toEqual(await open(second, 'leader'));
  });

  test.each([opensAtMs - HOUR_MS, closesAtMs + HOUR_MS])(
    'refuses the time %d, when the task is closed',
    async (closedMs) => {
      await expect(makeOne({ nowMs: closedMs })).rejects.toThrow(/expected nowMs/);
    },
  );

  test('refuses a measurement of another length', async () => {
    await expect(makeOne({ measurement: units.slice(2) })).rejects.toThrow(/expected 6 units, got 4/);
  });

  test('refuses a task whose key is unusable', async () => {
    const unusable = { ...task, helper: { ...task.helper, hpkePublicKey: 'A'.repeat(43) } };
    await expect(makeOne({ task: unusable })).rejects.toMatchObject({ code: 'bad-key' });
  });
});

describe('openInputShare', () => {
  const ROLES = ['leader', 'helper'] as const;
  const invalid = { code: 'report-invalid' };
  const flip = (bytes: Uint8Array, at: number) => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 4 : byte));
  const changes: readonly (readonly [string, (of: Report) => Report])[] = [
    ['id', (of) => ({ ...of, id: flip(of.id, 9) })],
    ['hour', (of) => ({ ...of, hour: of.hour + 2 })],
    ['public share', (of) => ({ ...of, publicShare: flip(of.publicShare, 3) })],
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

  test.each(changes)('refuses a report with another %s', async (_what, change) => {
    const changed = parseReport(encodeReport(change(report)), sizes);
    for (const role of ROLES) await expect(open(changed, role)).rejects.toMatchObject(invalid);
  });

  test('refuses a report to another task', async () => {
    for (const role of ROLES) {
      await expect(open(report, role, { taskId: '5f'.repeat(32) as TaskId })).rejects.toMatchObject(invalid);
    }
  });

  test('refuses a report to a task with other key ids', async () => {
    const changed = {
      ...task,
      leader: { ...task.leader, hpkeKeyId: 18 },
      helper: { ...task.helper, hpkeKeyId: 204 },
    };
    for (const role of ROLES) await expect(open(report, role, { task: changed })).rejects.toMatchObject(invalid);
  });

  test('refuses a share that was sealed in the other role', async () => {
    const both = { ...task, leader: { ...task.leader, hpkePublicKey: keys.helper.publicKey, hpkeKeyId: 203 } };
    const attempt = open({ ...report, leader: report.helper }, 'leader', { task: both, keyPair: keys.helper });
    await expect(attempt).rejects.toMatchObject(invalid);
  });

  test.each([480_002, 480_052, 0])('refuses the hour %d, when the task is closed', async (hour) => {
    await expect(open({ ...report, hour }, 'leader')).rejects.toThrow(/expected an hour while the task is open/);
  });

  test.each([opensAtMs, closesAtMs - 1])(
    'accepts a report made at %d, the first and the last moment',
    async (edgeMs) => {
      expect((await unitsOf(await makeOne({ nowMs: edgeMs })))[2]).toBe(9216);
    },
  );

  test('refuses the hour at whose start the task closes', async () => {
    const onTheHour = { ...task, closesAtMs: (report.hour + 5) * HOUR_MS };
    const attempt = open({ ...report, hour: report.hour + 5 }, 'helper', { task: onTheHour });
    await expect(attempt).rejects.toThrow(/expected an hour while the task is open/);
  });

  test('refuses a key pair that is not the task’s', async () => {
    await expect(open(report, 'leader', { keyPair: keys.helper })).rejects.toThrow(RangeError);
    await expect(open(report, 'helper', { keyPair: keys.leader })).rejects.toThrow(RangeError);
  });
});
