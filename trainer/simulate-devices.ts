import { plainScores } from '#model/dense-scores.ts';
import { localUpdate } from '#model/local-update.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { makeReport } from '#privacy/report.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import { openTask } from '#protocol/task.ts';
import { customerHistories } from './customer-histories.ts';
import type { Dataset } from './dataset.ts';
import type { Parties } from './deployment.ts';
import { rowLookup } from './device-recommender.ts';
import { splitCustomers } from './held-out-customers.ts';
import { InputError } from './input-error.ts';
import type { RoundFile } from './round-file.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** How the leader answered simulated devices. */
export interface SimulationCounts {
  readonly accepted: number;
  readonly late: number;
  readonly full: number;
}

/**
 * Lets customers' order histories take part in a round as devices would: the same local step, clipping,
 * sharing and sealing as in a browser, and the same POST.
 *
 * @param count How many; held-out customers never take part.
 * @param onDevice Told the number of devices done.
 * @throws {InputError} If there are fewer customers with two items.
 */
export async function simulateDevices(
  dataset: Dataset,
  trained: TrainedModel,
  {
    round,
    parties,
    count,
    onDevice,
  }: {
    readonly round: RoundFile;
    readonly parties: Parties;
    readonly count: number;
    readonly onDevice: (done: number) => void;
  },
): Promise<SimulationCounts> {
  const trust = { shop: parties.shop, trusted: [parties.publishers] };
  const { task, id: taskId } = await openTask(round.envelope, trust);
  if (task.kind !== 'model-update') throw new InputError(`expected a round of kind model-update, got ${task.kind}`);
  const sharder = unverifiedVectorSumSharder(task.vdaf);
  const { items } = dataset;
  const histories = customerHistories(splitCustomers(dataset).known);
  if (histories.length < count) {
    throw new InputError(
      `expected --devices to be at most ${histories.length}, the customers with two items or more that are not held out, got ${count}`,
    );
  }
  const model = shippedModel(trained);
  const scoreAll = plainScores(model.items);
  const rowOf = rowLookup(items);
  const counts = { accepted: 0, late: 0, full: 0 };
  for (const [index, events] of histories.slice(0, count).entries()) {
    const update = localUpdate({ model, scoreAll, events, rowOf, task });
    const measurement = quantizeUpdate(update, task);
    const report = await makeReport({ task, taskId, sharder, measurement, nowMs: Date.now() });
    const { kind } = await parties.leader.postReport(taskId, report);
    counts[kind]++;
    onDevice(index + 1);
  }
  return counts;
}
