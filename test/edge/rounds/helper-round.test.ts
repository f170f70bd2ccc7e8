import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HelperRound } from '#edge/rounds/helper-round.ts';
import { RoundStore } from '#edge/rounds/round-store.ts';
import { reportSetDigest } from '#privacy/aggregate.ts';
import { openInputShare } from '#privacy/report.ts';
import { toHex } from '#protocol/bytes.ts';
import { encodeHelperBatch, type HelperReport } from '#protocol/helper-batch.ts';
import type { Digest } from '#protocol/ids.ts';
import { openVerifier } from '../../privacy/verifiers.ts';
import {
  createRoundFixture,
  helperPart,
  makeReports,
  type RecordedEffects,
  type RoundFixture,
  recordEffects,
} from '../round-fixture.ts';
import { createSqliteRoundStorage, type SqliteRoundStorage } from '../sqlite-round-storage.ts';

let fixture: RoundFixture;
let reports: HelperReport[];
let storage: SqliteRoundStorage;
let effects: RecordedEffects;
let round: HelperRound;

beforeAll(async () => {
  fixture = await createRoundFixture();
  reports = (await makeReports(fixture, 130)).map(helperPart);
});

beforeEach(async () => {
  storage = createSqliteRoundStorage();
  effects = recordEffects(fixture.helperKey);
  round = openRound();
  await round.open({ shop: fixture.task.shop, taskId: fixture.taskId, task: fixture.task });
});

/** In place of an effect whose store cannot be reached. */
async function away(): Promise<never> {
  throw new Error('away');
}

/** The round as a new process finds it. */
function openRound(): HelperRound {
  return new HelperRound({ storage, effects, openVerifier, now: () => fixture.nowMs });
}

async function add(step: number, batch: readonly HelperReport[]): Promise<number[]> {
  const outcome = await round.addBatch(encodeHelperBatch(step, batch));
  if (outcome.kind !== 'answered') throw new Error(`expected an answer, got ${outcome.kind}`);
  return Array.from(outcome.verdicts);
}

async function requestFor(batch: readonly HelperReport[]) {
  return { count: batch.length, reportSetDigest: await reportSetDigest(batch.map(({ id }) => id)) };
}

describe('addBatch', () => {
  test('answers one byte an entry: 1 for what it added', async () => {
    expect(await add(0, reports.slice(0, 3))).toEqual([1, 1, 1]);
    expect(round.state()).toEqual({ kind: 'aggregating', received: 3, aggregated: 3 });
  });

  test('answers a repeated step as before and changes nothing', async () => {
    const batch = encodeHelperBatch(4, [...reports.slice(0, 2), forged()]);
    const first = await round.addBatch(batch);
    round = openRound();
    expect(await round.addBatch(batch)).toEqual(first);
    expect(round.state()).toEqual({ kind: 'aggregating', received: 3, aggregated: 2 });
  });

  test('adds a step once when it comes twice at the same time', async () => {
    const batch = encodeHelperBatch(0, reports.slice(0, 5));
    const [first, second] = await Promise.all([round.addBatch(batch), round.addBatch(batch)]);
    expect(second).toEqual(first);
    expect(round.state()).toMatchObject({ aggregated: 5 });
  });

  test('refuses another content under a step that was answered', async () => {
    await add(0, reports.slice(0, 3));
    expect(await round.addBatch(encodeHelperBatch(0, reports.slice(0, 4)))).toEqual({ kind: 'step-differs' });
    expect(round.state()).toMatchObject({ aggregated: 3 });
  });

  test('counts a report once, in whichever steps it comes again', async () => {
    await add(0, reports.slice(0, 3));
    expect(await add(1, reports.slice(2, 5))).toEqual([0, 1, 1]);
    const [sixth] = reports.slice(5, 6) as [HelperReport];
    expect(await add(2, [sixth, sixth])).toEqual([1, 0]);
    expect(round.state()).toMatchObject({ aggregated: 6 });
  });

  test('refuses an entry that does not open and adds the rest', async () => {
    expect(await add(0, [...reports.slice(0, 2), forged(), ...reports.slice(3, 5)])).toEqual([1, 1, 0, 1, 1]);
  });

  test('refuses entries above the largest batch, where the sum could wrap around', async () => {
    storage.sql.exec('UPDATE round SET aggregated = 258');
    expect(await add(0, reports.slice(0, 4))).toEqual([1, 1, 0, 0]);
  });

  test('refuses bytes that are no batch', async () => {
    expect(await round.addBatch(new Uint8Array(37))).toEqual({ kind: 'round-message-invalid' });
  });

  test('writes no seed: what a step leaves behind is ids, answers and the sum', async () => {
    const sent = reports.slice(0, 2);
    await add(0, sent);
    const tables = storage.rows("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name);
    expect(tables).toEqual(['round', 'steps', 'counted']);
    const stored = tables
      .flatMap((table) => storage.rows(`SELECT * FROM ${table}`))
      .flatMap((row) => Object.values(row));
    const kept = stored.map((value) => (value instanceof Uint8Array ? toHex(value) : JSON.stringify(value))).join();
    for (const report of sent) {
      const { task, taskId, helperKey: keyPair } = fixture;
      const opened = await openInputShare('helper', { ...report, sealed: report.helper }, { task, taskId, keyPair });
      expect(kept).toContain(toHex(report.id));
      for (const secret of [opened, report.helper.enc, report.helper.ciphertext])
        expect(kept).not.toContain(toHex(secret));
    }
  });
});

describe('release', () => {
  test('releases once: a repeat serves the very same share', async () => {
    await add(0, reports);
    const request = await requestFor(reports);
    expect(await round.release(request)).toEqual({ kind: 'released', count: 130 });
    const share = round.aggregateShare();
    expect(share).toMatchObject(request);
    round = openRound();
    expect(await round.release(request)).toEqual({ kind: 'released', count: 130 });
    expect(round.aggregateShare()).toEqual(share);
  });

  test('releases once when it is asked twice at the same time', async () => {
    await add(0, reports);
    const request = await requestFor(reports);
    const shares: unknown[] = [];
    const releaseAndLook = async () => {
      const { kind } = await round.release(request);
      shares.push(round.aggregateShare());
      return kind;
    };
    expect(await Promise.all([releaseAndLook(), releaseAndLook()])).toEqual(['released', 'released']);
    expect(shares[0]).toMatchObject(request);
    expect(shares[1]).toEqual(shares[0]);
    expect(effects.phases).toContain('released');
  });

  test('drops the sum with the release and destroys the key', async () => {
    await add(0, reports);
    await round.release(await requestFor(reports));
    expect(storage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
    expect(effects.hasKeys).toBe(false);
    expect(await round.addBatch(encodeHelperBatch(1, reports.slice(0, 2)))).toEqual({ kind: 'batch-spent' });
  });

  test('releases nothing, ever, where the leader names another set of reports', async () => {
    await add(0, reports);
    const other = { ...(await requestFor(reports)), reportSetDigest: 'ab'.repeat(32) as Digest };
    expect(await round.release(other)).toEqual({ kind: 'report-sets-differ' });
    expect(await round.release(await requestFor(reports))).toEqual({ kind: 'batch-spent' });
    expect(round.aggregateShare()).toBeUndefined();
    expect(round.state()).toEqual({ kind: 'failed', reason: 'report-sets-differ', received: 130 });
    expect(effects.hasKeys).toBe(false);
  });

  test('releases nothing where the leader names another number of reports', async () => {
    await add(0, reports);
    expect(await round.release({ ...(await requestFor(reports)), count: 131 })).toEqual({ kind: 'report-sets-differ' });
  });

  test('never releases a batch below the minimum', async () => {
    const few = reports.slice(0, 109);
    await add(0, few);
    expect(await round.release(await requestFor(few))).toEqual({ kind: 'too-few-reports' });
    expect(round.aggregateShare()).toBeUndefined();
    expect(storage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
  });

  test('releases a batch of exactly the minimum', async () => {
    const enough = reports.slice(0, 110);
    await add(0, enough);
    expect(await round.release(await requestFor(enough))).toEqual({ kind: 'released', count: 110 });
  });

  test('gives a share away that an older copy of its storage has released, as long as nobody had the first', async () => {
    const { destroyKeys } = effects;
    effects.destroyKeys = away;
    await add(0, reports);
    const before = storage.backup();
    const request = await requestFor(reports);
    await expect(round.release(request)).rejects.toThrow('away');
    expect(round.aggregateShare()).toBeUndefined();
    effects.destroyKeys = destroyKeys;
    storage = before;
    round = openRound();
    expect(await round.release(request)).toEqual({ kind: 'released', count: 130 });
    expect(round.aggregateShare()).toMatchObject(request);
    expect(effects.hasKeys).toBe(false);
  });

  test('is a release for the leader once the keys are gone, and gives its share away once its database knows', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { writeLedger } = effects;
    effects.writeLedger = away;
    await add(0, reports);
    const request = await requestFor(reports);
    expect(await round.release(request)).toEqual({ kind: 'released', count: 130 });
    log.mockRestore();
    expect(effects.hasKeys).toBe(false);
    expect(round.aggregateShare()).toBeUndefined();
    effects.writeLedger = writeLedger;
    await openRound().onAlarm();
    expect(round.aggregateShare()).toMatchObject(request);
    // Word of an earlier phase may come late.
    new RoundStore(storage).markLedger('aggregating');
    expect(round.aggregateShare()).toMatchObject(request);
  });

  test('gives no share away before the keys are gone', async () => {
    const { destroyKeys } = effects;
    effects.destroyKeys = away;
    await add(0, reports);
    const request = await requestFor(reports);
    await expect(round.release(request)).rejects.toThrow('away');
    expect(effects.hasKeys).toBe(true);
    expect(round.aggregateShare()).toBeUndefined();
    expect(round.state()).toEqual({ kind: 'aggregating', received: 130, aggregated: 130 });
    effects.destroyKeys = destroyKeys;
    expect(await round.release(request)).toEqual({ kind: 'released', count: 130 });
    expect(effects.hasKeys).toBe(false);
    expect(round.aggregateShare()).toMatchObject(request);
    expect(effects.phases).toEqual(['released']);
  });

  test('destroys the keys by alarm where the leader does not ask again', async () => {
    const { destroyKeys } = effects;
    effects.destroyKeys = away;
    await add(0, reports);
    await expect(round.release(await requestFor(reports))).rejects.toThrow('away');
    effects.destroyKeys = destroyKeys;
    await openRound().onAlarm();
    expect(effects.hasKeys).toBe(false);
    expect(round.state()).toEqual({ kind: 'released', count: 130 });
  });
});

test('a round that its leader has given up fails and loses sum and key', async () => {
  await add(0, reports);
  const { closesAtMs } = fixture.task;
  const late = new HelperRound({
    storage,
    effects,
    openVerifier,
    now: () => closesAtMs + 15 * 24 * 3_600_000,
  });
  await late.onAlarm();
  expect(late.state()).toMatchObject({ kind: 'failed' });
  expect(effects.hasKeys).toBe(false);
  expect(storage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
});

/** An entry whose seed was sealed for another report. */
function forged(): HelperReport {
  const [first, second] = reports.slice(20, 22) as [HelperReport, HelperReport];
  return { ...first, helper: second.helper };
}
