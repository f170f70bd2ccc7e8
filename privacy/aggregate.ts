import { fromHex, toHex } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';
import { REPORT_ID_BYTES } from '#protocol/report.ts';
import type { Task } from '#protocol/task.ts';
import { addNoise, noiseStdDevUnits } from './noise.ts';
import type { FillRandom } from './random.ts';

/** A party's empty sum, `[numParams]`; `addShare` adds to it. */
export function createSum(numParams: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(numParams);
}

/**
 * SHA-256 over the sorted ids of the reports in a sum, by which leader and helper see that they
 * added the same ones.
 *
 * @param ids Each `[REPORT_ID_BYTES]`, in any order.
 * @throws {RangeError} If an id has another length or comes twice.
 */
export async function reportSetDigest(ids: Iterable<Uint8Array>): Promise<Digest> {
  const sorted = Array.from(ids, toHex).sort();
  for (const [i, id] of sorted.entries()) {
    if (id.length !== 2 * REPORT_ID_BYTES) {
      throw new RangeError(`expected ids of ${REPORT_ID_BYTES} bytes, got ${id.length / 2}`);
    }
    if (id === sorted[i - 1]) throw new RangeError('expected different ids, got one twice');
  }
  return digestOf(fromHex(sorted.join('')));
}

/**
 * One party's share of the sum as it may leave the party.
 *
 * Guarantees, relied on by the accountant:
 * - Every element carries fresh discrete Gaussian noise whose standard deviation is at least
 *   `task.noiseMultiplier` times one device's norm bound: all of it from this party, so that it
 *   holds whatever the other party does.
 * - Nothing is released for fewer than `task.minBatch` reports.
 *
 * Calling it twice for one sum would average noise away: the caller stores the result in the
 * transaction that spends the batch.
 *
 * @param sum From {@link createSum}, `[numParams]`. Not modified.
 * @param count Reports in the sum.
 * @returns `[numParams]`, a copy.
 * @throws {RangeError} If `count` is outside the task's batch sizes or `sum` has another length.
 */
export function releaseShare(
  sum: Uint32Array,
  {
    task,
    count,
    random,
  }: {
    readonly task: Pick<Task, 'numParams' | 'minBatch' | 'maxBatch' | 'noiseMultiplier'>;
    readonly count: number;
    readonly random?: FillRandom;
  },
): Uint32Array<ArrayBuffer> {
  if (!(count >= task.minBatch && count <= task.maxBatch)) {
    throw new RangeError(`expected count to be in ${task.minBatch}…${task.maxBatch}, got ${count}`);
  }
  if (sum.length !== task.numParams) {
    throw new RangeError(`expected sum to have ${task.numParams} elements, got ${sum.length}`);
  }
  const share = new Uint32Array(sum);
  addNoise(share, noiseStdDevUnits(task), random);
  return share;
}
