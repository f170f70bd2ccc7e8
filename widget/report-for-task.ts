import { plainScores } from '#model/dense-scores.ts';
import { eventCounts } from '#model/event-counts.ts';
import { itemBuckets } from '#model/item-buckets.ts';
import { localUpdate } from '#model/local-update.ts';
import { shadowCell } from '#model/shadow-cell.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { makeReport } from '#privacy/report.ts';
import type { Prio3Parameters } from '#privacy/task-circuit.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { OpenedTask, TaskOf } from '#protocol/task.ts';
import type { Bundle } from './bundle.ts';
import { type ProverWorker, provingSharder } from './proving-sharder.ts';

/** Where a report's data come from. */
export interface ReportSources {
  /** The device's history, oldest first. */
  readonly events: readonly ShopEvent[];
  /** The model in use, whole; `undefined` where its files are gone. */
  readonly current: () => Promise<Bundle | undefined>;
  /** A candidate model by its signed manifest. */
  readonly candidate: (manifest: TaskOf<'shadow-eval'>['candidate']) => Promise<Bundle | undefined>;
  /** When this device last sent a `model-update`. */
  readonly learnedUntilMs: number | undefined;
  readonly startProver: () => Promise<ProverWorker>;
  readonly now: () => number;
}

/** What the history says to a task, as the sealed message that a device sends; `undefined` if model files are gone. */
export async function reportForTask(
  { task, id: taskId }: OpenedTask,
  { events, current, candidate, learnedUntilMs, startProver, now }: ReportSources,
): Promise<Bytes | undefined> {
  const made = { task, taskId, nowMs: now() };
  const proving = (vdaf: Prio3Parameters) => provingSharder(vdaf, startProver);
  switch (task.kind) {
    case 'model-update': {
      const bundle = await current();
      if (!bundle) return undefined;
      const { model, catalog } = bundle;
      const scoreAll = plainScores(model.items);
      const update = await localUpdate({ model, scoreAll, events, rowOf: catalog.rowOf, task });
      const sharder = unverifiedVectorSumSharder(task.vdaf);
      return makeReport({ ...made, sharder, measurement: quantizeUpdate(update, task) });
    }
    case 'metrics': {
      const measurement = eventCounts(events, { task, nowMs: made.nowMs });
      return makeReport({ ...made, sharder: proving(task.vdaf), measurement });
    }
    case 'popularity': {
      const measurement = await itemBuckets(events, { task, nowMs: made.nowMs });
      return makeReport({ ...made, sharder: proving(task.vdaf), measurement });
    }
    case 'shadow-eval': {
      const bundles = await Promise.all([current(), candidate(task.candidate)]);
      const [inUse, proposed] = bundles.map((bundle) => bundle && { model: bundle.model, rowOf: bundle.catalog.rowOf });
      if (!inUse || !proposed) return undefined;
      const models = { current: inUse, candidate: proposed };
      const measurement = await shadowCell(events, {
        ...models,
        ...(learnedUntilMs !== undefined && { learnedUntilMs }),
      });
      return makeReport({ ...made, sharder: proving(task.vdaf), measurement });
    }
    default:
      return task satisfies never;
  }
}
