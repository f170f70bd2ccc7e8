import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { makeReport } from '#privacy/report.ts';
import { circuitOf } from '#privacy/task-circuit.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { Sharder, SharedMeasurement } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { NUM_SHADOW_CELLS, type Task, type TaskKind } from '#protocol/task.ts';
import { createRoundFixture, type RoundFixture, updateOf } from '../edge/round-fixture.ts';
import { prio3Of } from '../privacy/prio3/parties-fixture.ts';
import { sampleTask } from '../protocol/sample-task.ts';

export const KINDS = ['model-update', 'metrics', 'popularity', 'shadow-eval'] as const satisfies TaskKind[];
/** Kinds whose measurements are proved. */
export const PROVED_KINDS = ['metrics', 'popularity', 'shadow-eval'] as const satisfies TaskKind[];
export type ProvedKind = (typeof PROVED_KINDS)[number];

/** Buckets of the `popularity` task, of which a device may name three. */
const NUM_BUCKETS = 24;
const MAX_WEIGHT = 3;

/** A task of any kind between two parties' keys, without any party running. */
export interface KindFixture extends Omit<RoundFixture, 'task'> {
  readonly task: Task;
}

type ReportOf = Pick<KindFixture, 'task' | 'taskId' | 'nowMs'>;

/**
 * A task of some kind whose noise is none in effect, so that sums can be compared exactly: with a standard deviation of
 * 0.033 units, a unit of noise comes once in 1e200 times.
 *
 * @param overrides Replace what tasks of all kinds have.
 */
export async function createKindFixture(kind: TaskKind, overrides: Partial<Task> = {}): Promise<KindFixture> {
  const fixture = await createRoundFixture();
  return { ...fixture, task: taskOfKind(kind, { ...fixture.task, noiseMultiplier: 1e-6, ...overrides } as Task) };
}

function taskOfKind(kind: TaskKind, common: Task): Task {
  const { minBatch, maxBatch, noiseMultiplier, leader, helper, shop, opensAtMs, closesAtMs } = common;
  const chosen = { minBatch, maxBatch, noiseMultiplier, leader, helper, shop, opensAtMs, closesAtMs };
  switch (kind) {
    case 'model-update':
      return { ...common };
    case 'popularity': {
      const vdaf = {
        type: 'Prio3MultihotCountVec',
        length: NUM_BUCKETS,
        maxWeight: MAX_WEIGHT,
        chunkLength: 6,
      } as const;
      return sampleTask(kind, { ...chosen, vdaf });
    }
    case 'metrics':
    case 'shadow-eval':
      return sampleTask<'metrics' | 'shadow-eval'>(kind, chosen);
    default:
      return kind satisfies never;
  }
}

/** What the `device`-th device adds to the sum: another one each, none of it out of range. */
export function outputOf(device: number, task: Task): number[] {
  switch (task.kind) {
    case 'model-update':
      return Array.from(updateOf(device), (value) => value * task.scale);
    case 'metrics':
      return Array.from({ length: 6 }, (_, i) => ((device + 3) * (i + 2)) % 16);
    case 'popularity': {
      const hot = [device % NUM_BUCKETS, (5 * device + 2) % NUM_BUCKETS, (11 * device + 7) % NUM_BUCKETS];
      return Array.from({ length: NUM_BUCKETS }, (_, i) => Number(hot.includes(i)));
    }
    case 'shadow-eval':
      return Array.from({ length: NUM_SHADOW_CELLS }, (_, i) => Number(i === (7 * device + 4) % NUM_SHADOW_CELLS));
    default:
      return task satisfies never;
  }
}

/** What the outputs of the named devices add up to. */
export function sumOfOutputs(devices: Iterable<number>, task: Task): number[] {
  const sum: number[] = [];
  for (const device of devices) {
    for (const [i, value] of outputOf(device, task).entries()) sum[i] = (sum[i] ?? 0) + value;
  }
  return sum;
}

/** What is done to the shares of a report before they are sealed. */
export type AlterShares = (shares: SharedMeasurement) => SharedMeasurement;

/** The sealed report of one device: an honest one, unless its shares are altered on the way. */
export function makeKindReport(
  device: number,
  { task, taskId, nowMs }: ReportOf,
  alter: AlterShares = (shares) => shares,
): Promise<Bytes> {
  const made = { task, taskId, nowMs };
  const output = outputOf(device, task);
  switch (task.kind) {
    case 'model-update': {
      const measurement = quantizeUpdate(updateOf(device), task);
      return makeReport({ ...made, sharder: altered(unverifiedVectorSumSharder(task.vdaf), alter), measurement });
    }
    case 'metrics':
    case 'popularity':
      return makeReport({ ...made, sharder: altered(sharderOf(task.vdaf), alter), measurement: output });
    case 'shadow-eval':
      return makeReport({ ...made, sharder: altered(sharderOf(task.vdaf), alter), measurement: output.indexOf(1) });
    default:
      return task satisfies never;
  }
}

function altered<Measurement>(sharder: Sharder<Measurement>, alter: AlterShares): Sharder<Measurement> {
  return { shard: async (...args) => alter(await sharder.shard(...args)) };
}

/** Sealed reports of the first `numDevices` devices. */
export async function makeKindReports(of: ReportOf, numDevices: number): Promise<Bytes[]> {
  const reports: Bytes[] = [];
  for (let device = 0; device < numDevices; device++) reports.push(await makeKindReport(device, of));
  return reports;
}

type ProvedVdaf = Exclude<Task['vdaf'], { readonly type: 'UnverifiedVectorSum' }>;

const sharders = new WeakMap<ProvedVdaf, Sharder<number | readonly number[]>>();

/** One for a task: each has a kernel of its own. */
function sharderOf(vdaf: ProvedVdaf): Sharder<number | readonly number[]> {
  const known = sharders.get(vdaf);
  if (known) return known;
  const sharder = prio3Of(circuitOf(vdaf)) as unknown as Sharder<number | readonly number[]>;
  sharders.set(vdaf, sharder);
  return sharder;
}

/** The sealed report of a device that proves an encoding no measurement has: a 2 where only 0 and 1 may be. */
export function makeCheatingReport({ task, taskId, nowMs }: ReportOf): Promise<Bytes> {
  const circuit = circuitOf(task.vdaf as ProvedVdaf);
  const encoded = new Uint8Array(circuit.measurementLength).fill(2, 3, 4);
  const cheat = prio3Of({ ...circuit, encode: () => encoded }) as unknown as Sharder<undefined>;
  return makeReport({ task, taskId, nowMs, sharder: cheat, measurement: undefined });
}
