import type { HelperClient } from '#edge/rounds/helper-client.ts';
import { HelperRound } from '#edge/rounds/helper-round.ts';
import { LeaderRound } from '#edge/rounds/leader-round.ts';
import { makeReport } from '#privacy/report.ts';
import type { Sharder, Verifier } from '#privacy/vdaf.ts';
import { encodeHelperBatch, parseVerdicts } from '#protocol/helper-batch.ts';
import { createRoundFixture, recordEffects } from '../test/edge/round-fixture.ts';
import { createSqliteRoundStorage } from '../test/edge/sqlite-round-storage.ts';
import { sampleTask } from '../test/protocol/sample-task.ts';

/** Five steps of an aggregation. */
const NUM_REPORTS = 1000;

/** Processor time of one report, in milliseconds. */
export interface PartyWork {
  readonly leader: number;
  readonly helper: number;
}

/**
 * All that a party's round does for one report: admit it (leader), open, read, verify, add up and store, and write
 * and read the steps between the two. Left out: HTTP, one signature a step, and the platform's storage, in place of
 * which SQLite runs in memory.
 *
 * @param verifier In place of the task's own: no kind of task has as many buckets as the benchmark.
 */
export async function measurePartyWork<Measurement>(
  measurement: Measurement,
  { sharder, verifier }: { readonly sharder: Sharder<Measurement>; readonly verifier: Verifier },
): Promise<PartyWork> {
  const { leaderKey, helperKey, nowMs, taskId, task: parties } = await createRoundFixture();
  const { leader: atLeader, helper: atHelper, shop, opensAtMs, closesAtMs } = parties;
  const task = sampleTask('shadow-eval', { leader: atLeader, helper: atHelper, shop, opensAtMs, closesAtMs });
  const [leaderStorage, helperStorage] = [createSqliteRoundStorage(), createSqliteRoundStorage()];
  const runtime = { openVerifier: () => verifier, now: () => nowMs };
  const helper = new HelperRound({ ...runtime, storage: helperStorage, effects: recordEffects(helperKey) });
  let helperMs = 0;
  const client: HelperClient = {
    agreeOnVerifyKey: async () => ({ kind: 'answered', value: undefined }), // both have it from the start
    async addBatch(step, { reports, sizes }) {
      const message = encodeHelperBatch(step, reports);
      const startedMs = cpuMs();
      const outcome = await helper.addBatch(message);
      helperMs += cpuMs() - startedMs;
      if (outcome.kind !== 'answered') throw new Error(`expected the helper to answer, got ${outcome.kind}`);
      return { kind: 'answered', value: parseVerdicts(outcome.verdicts, { sizes, numReports: reports.length }) };
    },
    release: async () => ({ kind: 'unavailable' }),
  };
  const leader = new LeaderRound({
    ...runtime,
    storage: leaderStorage,
    effects: recordEffects(leaderKey),
    connectHelper: async () => client,
  });
  await helper.open({ shop, taskId, task });
  await leader.open({ shop, taskId, task });
  const reports = [];
  for (let device = 0; device < NUM_REPORTS; device++) {
    reports.push(await makeReport({ task, taskId, sharder, measurement, nowMs }));
  }

  const startedMs = cpuMs();
  for (const report of reports) await leader.submit(report);
  await leader.close();
  while (Number(leaderStorage.rows('SELECT count(*) AS num FROM sealed_reports')[0]?.num) > 0) await leader.onAlarm();
  const bothMs = cpuMs() - startedMs;
  const [added] = helperStorage.rows('SELECT aggregated FROM round');
  if (added?.aggregated !== NUM_REPORTS) throw new Error(`expected ${NUM_REPORTS} reports, got ${added?.aggregated}`);
  return { leader: (bothMs - helperMs) / NUM_REPORTS, helper: helperMs / NUM_REPORTS };
}

/** Of all threads: sealed shares are opened in one of the runtime's own. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
