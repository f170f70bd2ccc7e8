import { localUpdate } from '#model/local-update.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { makeReport } from '#privacy/report.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { openTask } from '#protocol/task.ts';
import type { Dataset } from './dataset.ts';
import { createDenseScorer } from './dense-scorer.ts';
import type { Parties } from './deployment.ts';
import { rowLookup } from './device-recommender.ts';
import { splitCustomers } from './held-out-customers.ts';
import { InputError } from './input-error.ts';
import type { RoundFile } from './round-file.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** The device side of a round counts as this much history. */
const MAX_EVENTS = 500;

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
  const { task, id: taskId } = await openTask(round.envelope, {
    shop: parties.shop,
    trusted: [parties.key.fingerprint],
  });
  if (task.kind !== 'model-update') throw new InputError(`expected a round of kind model-update, got ${task.kind}`);
  const sharder = unverifiedVectorSumSharder(task.vdaf);
  const { items } = dataset;
  const histories = deviceHistories(splitCustomers(dataset).known);
  if (histories.length < count) {
    throw new InputError(
      `expected --devices to be at most ${histories.length}, the customers with two items or more that are not held out, got ${count}`,
    );
  }
  const model = shippedModel(trained);
  const scoreAll = createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  const counts = { accepted: 0, late: 0, full: 0 };
  for (const [index, events] of histories.slice(0, count).entries()) {
    const update = await localUpdate({ model, scoreAll, events, rowOf, task });
    const report = await makeReport({
      task,
      taskId,
      sharder,
      measurement: quantizeUpdate(update, task),
      nowMs: Date.now(),
    });
    const { kind } = await parties.leader.postReport(taskId, report);
    counts[kind]++;
    onDevice(index + 1);
  }
  return counts;
}

/** Each customer's orders as events, oldest first; those who ordered last come first. */
function deviceHistories({ items, baskets }: Dataset): ShopEvent[][] {
  const byCustomer = new Map<string, ShopEvent[]>();
  for (const { customer, atMs, rows } of baskets) {
    const events = byCustomer.get(customer) ?? [];
    byCustomer.delete(customer); // moves the customer to the end
    byCustomer.set(customer, events);
    for (const row of rows)
      events.push({ kind: 'purchase', itemId: (items[row] as Dataset['items'][number]).id, atMs });
  }
  return [...byCustomer.values()]
    .filter((events) => events.length >= 2)
    .map((events) => events.slice(-MAX_EVENTS))
    .reverse();
}
