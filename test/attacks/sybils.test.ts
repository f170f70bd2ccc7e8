import { expect, test } from 'vitest';
import { createSum, inReleaseUnits, reportSetDigest } from '#privacy/aggregate.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { noiseOnSum } from '#privacy/noise.ts';
import { makeReport } from '#privacy/report.ts';
import { circuitOf } from '#privacy/task-circuit.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { Sharder } from '#privacy/vdaf.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
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

/** What one device says, in the sum's integers: known to the test, not to the leader. */
const TARGET = Array.from({ length: LENGTH }, (_, i) => Number(i === 5 || i === 2117));

// The leader adds no noise and knows all reports but one: what it is left with is that one under the helper's noise.
test.each<[Task['kind'], Partial<Task>, (task: Task) => Measure]>([
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
])(
  'a leader with n − 1 Sybils that leaves out its own noise still sees the one %s under the full noise of the helper',
  async (kind, changes, openSharder) => {
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
    const begun = await beginReports(reports, fixture);

    const round = new AttackedRound(fixture);
    await round.open();
    const verifier = openVerifier(task.vdaf);
    const { sizes, elementBytes } = verifier;
    const perStep = 10;
    for (let first = 0; first < NUM_REPORTS; first += perStep) {
      const batch = { reports: begun.slice(first, first + perStep), sizes };
      expect(await round.client.addBatch(first / perStep, batch)).toMatchObject({ kind: 'answered' });
    }
    const set = { count: NUM_REPORTS, reportSetDigest: await reportSetDigest(begun.map(({ id }) => id)) };
    expect(await round.client.release(set)).toMatchObject({ kind: 'answered' });

    const ring = elementRing(elementBytes);
    const exact = createSum(verifier);
    for (const { leaderState } of begun) ring.add(exact, leaderState.slice(0, exact.length));
    const helperShare = fromBase64Url(round.helper.aggregateShare()?.share ?? '');
    const { vdaf } = task;
    const seen = collect(inReleaseUnits(exact, { ring, vdaf }), helperShare, { ring, vdaf });

    const stdDev = noiseOnSum(task) / Math.SQRT2; // the helper's alone
    let squares = 0;
    for (const [i, value] of seen.entries()) squares += ((value - (TARGET[i] as number)) / stdDev) ** 2;
    // Chi-square of 3,000 degrees, standard deviation 77.5: 465 is six of them, false alarms below 1e-8.
    expect(Math.abs(squares - LENGTH)).toBeLessThan(465);
  },
);
