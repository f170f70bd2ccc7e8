import { bucketOf } from '#model/item-buckets.ts';
import { noiseOnSum } from '#privacy/noise.ts';
import type { ItemId } from '#protocol/ids.ts';
import { METRICS_EVENT_KINDS, type Task, type TaskOf } from '#protocol/task.ts';
import type { Dataset } from './dataset.ts';
import { InputError } from './input-error.ts';
import type { ReleasedSum } from './released-sum.ts';

/** A count that carries both parties' noise. */
export interface NoisyCount {
  readonly name: string;
  readonly estimate: number;
  /** The true sum of the devices in the round lies so far from the estimate at most, in 95 of 100 rounds. */
  readonly halfWidth: number;
}

/** The 0.975 quantile of the normal distribution. */
const NORMAL_95 = 1.959963984540054;

/**
 * What a round of counts says.
 *
 * @throws {InputError} If the round is of another kind.
 */
export async function readCounts(
  { task, sum }: Pick<ReleasedSum, 'task' | 'sum'>,
  items: Dataset['items'],
): Promise<NoisyCount[]> {
  switch (task.kind) {
    case 'metrics':
      return METRICS_EVENT_KINDS.map((name, i) => ({ name, estimate: sum[i] as number, halfWidth: halfWidthOf(task) }));
    case 'popularity':
      return itemCounts(sum, task, items);
    default:
      throw new InputError(
        `expected a round of kind metrics or popularity, got ${task.kind}; what it leads to shows "vitrine round apply"`,
      );
  }
}

/**
 * Devices that had to do with each item, most first. Items that share a bucket share its count: nobody can tell
 * them apart in this round, and in the next they share with others.
 */
async function itemCounts(
  sum: Float64Array,
  task: TaskOf<'popularity'>,
  items: Dataset['items'],
): Promise<NoisyCount[]> {
  const bucketing = { bucketSeed: task.bucketSeed, numBuckets: task.vdaf.length };
  const buckets = await Promise.all(items.map(({ id }) => bucketOf(id as ItemId, bucketing)));
  const numSharing = new Map<number, number>();
  for (const bucket of buckets) numSharing.set(bucket, (numSharing.get(bucket) ?? 0) + 1);
  const counts = items.map(({ title }, row) => {
    const bucket = buckets[row] as number;
    const share = 1 / (numSharing.get(bucket) as number);
    return { name: title, estimate: share * (sum[bucket] as number), halfWidth: share * halfWidthOf(task) };
  });
  return counts.sort((a, b) => b.estimate - a.estimate);
}

function halfWidthOf(task: Task): number {
  return NORMAL_95 * noiseOnSum(task);
}
