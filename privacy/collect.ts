import type { Task } from '#protocol/task.ts';
import { fromFixedPoint } from './fixed-point.ts';
import { addShare } from './shares.ts';

/**
 * The noised sum of a round's updates, from both parties' released shares.
 *
 *     aggregate = signed(leaderShare + helperShare mod 2^32) / scale
 *
 * Right while the sum stays within ±2^31 units, which a task's limits on batch and noise ensure for
 * honest devices.
 *
 * @param leaderShare `[numParams]`. Not modified.
 * @param helperShare `[numParams]`. Not modified.
 * @param task `scale` is in units per 1.0.
 * @returns `[numParams]`.
 * @throws {RangeError} If the shares' lengths differ.
 */
export function combineShares(
  leaderShare: Uint32Array,
  helperShare: Uint32Array,
  { scale }: Pick<Task, 'scale'>,
): Float64Array {
  const sum = new Uint32Array(leaderShare);
  addShare(sum, helperShare);
  return fromFixedPoint(new Int32Array(sum.buffer), scale);
}

/**
 * The sum of the updates ÷ their number.
 *
 * @param aggregate From {@link combineShares}, `[numParams]`. Not modified.
 * @param count Reports in the sum. At least 1.
 * @returns `[numParams]`.
 * @throws {RangeError} If `count` is no such number.
 */
export function meanUpdate(aggregate: Float64Array, count: number): Float32Array {
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`expected count to be at least 1, got ${count}`);
  return Float32Array.from(aggregate, (value) => value / count);
}
