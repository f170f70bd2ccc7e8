import { type Bytes, fromHex, toHex } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';
import { REPORT_ID_BYTES } from '#protocol/report.ts';
import type { Task } from '#protocol/task.ts';
import type { VdafParameters } from '#protocol/vdaf-parameters.ts';
import type { ElementRing } from './element-ring.ts';
import { addNoise, noiseStdDev, releaseUnits } from './noise.ts';
import type { FillRandom } from './random.ts';
import type { VdafShape } from './vdaf.ts';

/** A party's empty sum: what output shares are added to. */
export function createSum({ elementBytes, outputLength }: Pick<VdafShape, 'elementBytes' | 'outputLength'>): Bytes {
  return new Uint8Array(elementBytes * outputLength);
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
 *   `task.noiseMultiplier` times the most that one report can change the sum: all of it from this
 *   party, so that it holds whatever the other party does.
 * - Nothing is released for fewer than `task.minBatch` reports.
 *
 * Calling it twice for one sum would average noise away: the caller stores the result in the
 * transaction that spends the batch.
 *
 * @param sum From {@link createSum}. Not modified.
 * @param count Reports in the sum.
 * @returns A copy, as long, in release units.
 * @throws {RangeError} If `count` is outside the task's batch sizes.
 */
export function releaseShare(
  sum: Bytes,
  {
    task,
    ring,
    count,
    random,
  }: {
    readonly task: Pick<Task, 'vdaf' | 'minBatch' | 'maxBatch' | 'noiseMultiplier'>;
    readonly ring: ElementRing;
    readonly count: number;
    readonly random?: FillRandom;
  },
): Bytes {
  if (!(count >= task.minBatch && count <= task.maxBatch)) {
    throw new RangeError(`expected count to be in ${task.minBatch}…${task.maxBatch}, got ${count}`);
  }
  const share = inReleaseUnits(sum, { ring, vdaf: task.vdaf });
  addNoise(share, { ring, stdDev: noiseStdDev(task), ...(random && { random }) });
  return share;
}

/**
 * A share of a sum times its release units.
 *
 * @returns A copy.
 */
export function inReleaseUnits(
  sum: Bytes,
  { ring, vdaf }: { readonly ring: ElementRing; readonly vdaf: VdafParameters },
): Bytes {
  const share = sum.slice();
  for (let factor = releaseUnits(vdaf); factor > 1; factor /= 2) ring.add(share, share);
  return share;
}
