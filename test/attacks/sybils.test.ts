import { describe, expect, test } from 'vitest';
import { createSum, inReleaseUnits, reportSetDigest } from '#privacy/aggregate.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { noiseOnSum } from '#privacy/noise.ts';
import { makeReport } from '#privacy/report.ts';
import { circuitOf } from '#privacy/task-circuit.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { Sharder } from '#privacy/vdaf.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import type { Task } from '#protocol/task.ts';
import { prio3Of } from '../privacy/prio3/parties-fixture.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound } from './attacked-round.ts';
import { createKindFixture } from './kind-fixture.ts';
import { beginReports } from './leader-messages.ts';

const NUM_REPORTS = 110;
const NOISE_MULTIPLIER = 1.7;
/** Elements of the sums: each carries noise of its own. */
const LENGTH = 3000;

type Measure = Sharder<Int32Array | readonly number[]>;
type Kind = [Task['kind'], Partial<Task>, (task: Task) => Measure];

/** What one device says, in the sum's integers: known to the test, to neither party. */
const TARGET = Array.from({ length: LENGTH }, (_, i) => Number(i === 5 || i === 2117));

const KINDS: Kind[] = [
  [
    'model-update',
    { vdaf: { type: 'UnverifiedVectorSum', length: LENGTH } },
    (task) => unverifiedVectorSumSharder(task.vdaf as { length: number }) as Measure,
  ],
  [
    'popularity',
    { vdaf: { type: 'Prio3MultihotCountVec', length: LENGTH, maxWeight: 2, chunkLength: 55 } },
    (task) => prio3Of(circuitOf(task.vdaf as Parameters<typeof circuitOf>[0])) as unknown as Measure,
  ],
];

/** A round of one honest device and others that have nothing to say. */
async function openRound([kind, changes, openSharder]: Kind) {
  const base = await createKindFixture(kind, { noiseMultiplier: NOISE_MULTIPLIER });
  const fixture = { ...base, task: { ...base.task, ...changes } as Task };
  const { task, taskId, nowMs } = fixture;
  const sharder = openSharder(task);
  const reports: Bytes[] = [];
  for (let device = 0; device < NUM_REPORTS; device++) {
    const said = device === 0 ? TARGET : new Array<number>(LENGTH).fill(0);
    const measurement = kind === 'model-update' ? Int32Array.from(said) : said;
    reports.push(await makeReport({ task, taskId, nowMs, sharder, measurement }));
  }
  const round = new AttackedRound(fixture);
  await round.open();
  return { fixture, reports, round };
}

/** What is left with a party that knows its own exact sum is the honest device under the other's full noise. */
function expectFullNoise(exact: Bytes, other: AggregateShare | undefined, task: Task): void {
  const { vdaf } = task;
  const ring = elementRing(openVerifier(vdaf).elementBytes);
  const seen = collect(inReleaseUnits(exact, { ring, vdaf }), fromBase64Url(other?.share ?? ''), { ring, vdaf });
  const stdDev = noiseOnSum(task) / Math.SQRT2; // one party's alone
  let squares = 0;
  for (const [i, value] of seen.entries()) squares += ((value - (TARGET[i] as number)) / stdDev) ** 2;
  // Chi-square of 3,000 degrees, standard deviation 77.5: 465 is six of them, false alarms below 1e-8.
  expect(Math.abs(squares - LENGTH)).toBeLessThan(465);
}

describe.each(KINDS)('a party with n − 1 Sybils that leaves out its own noise still sees the one %s', (...kind) => {
  test('under the full noise of the helper, as the leader', async () => {
    const { fixture, reports, round } = await openRound(kind);
    const begun = await beginReports(reports, fixture);
    const verifier = openVerifier(fixture.task.vdaf);
    const { sizes, elementBytes } = verifier;
    const perStep = 10;
    for (let first = 0; first < NUM_REPORTS; first += perStep) {
      const batch = { reports: begun.slice(first, first + perStep), sizes };
      expect(await round.client.addBatch(first / perStep, batch)).toMatchObject({ kind: 'answered' });
    }
    const set = { count: NUM_REPORTS, reportSetDigest: await reportSetDigest(begun.map(({ id }) => id)) };
    expect(await round.client.release(set)).toMatchObject({ kind: 'answered' });
    const exact = createSum(verifier);
    for (const { leaderState } of begun) elementRing(elementBytes).add(exact, leaderState.slice(0, exact.length));
    expectFullNoise(exact, round.helper.aggregateShare(), fixture.task);
  });

  test('under the full noise of the leader, as the helper', async () => {
    const { fixture, reports, round } = await openRound(kind);
    await round.submitAll(reports);
    await round.leader.close();
    const readSum = () => round.helperStorage.rows('SELECT aggregated, sum FROM round')[0];
    for (let alarm = 0; alarm < 50 && readSum()?.aggregated !== NUM_REPORTS; alarm++) await round.leader.onAlarm();
    expect(readSum()?.aggregated).toBe(NUM_REPORTS);
    const exact = new Uint8Array(readSum()?.sum as ArrayBuffer);
    await round.runToEnd();
    expectFullNoise(exact, round.leader.aggregateShare(), fixture.task);
  });
});
