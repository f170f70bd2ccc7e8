import { encodeSession } from '#model/encoder.ts';
import { readFactor } from '#model/factor.ts';
import type { Model } from '#model/model.ts';
import { buildProfile } from '#model/profile.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { SimulatedTask } from '#trainer/simulate/simulated-device.ts';

// Guesses which groups of items a history holds from what is seen of its update, `[numGroups, rank]`. The catalogs
// attacked here have a group an item.

/** How much each group's row is changed, `[numGroups]`. */
export function rowLengths(seen: Float64Array, rank: number): Float64Array {
  return Float64Array.from({ length: seen.length / rank }, (_, group) => Math.hypot(...rowOf(seen, group, rank)));
}

/**
 * How well each group's row fits an item that was asked for: an item asked for after a session s moves by A · s.
 *
 * @param directions A · s of the sessions that may have been, `[count]` of `[rank]`.
 * @returns The best fit among the sessions, `[numGroups]`.
 */
export function matchedRows(seen: Float64Array, directions: readonly Float64Array[], rank: number): Float64Array {
  return Float64Array.from({ length: seen.length / rank }, (_, group) => {
    const row = rowOf(seen, group, rank);
    return directions.reduce((best, direction) => Math.max(best, dot(row, direction)), Number.NEGATIVE_INFINITY);
  });
}

/** A · s, scaled to length 1, of the sessions of one item each. */
export function singleItemDirections(
  model: Model,
  items: readonly CatalogItem[],
  { rank, factor }: SimulatedTask,
): Float64Array[] {
  const { dim, maxEvents } = model.config;
  const directions = readFactor(factor, { rank, dim });
  return items.map(({ id }, row) => {
    const profile = buildProfile([{ kind: 'view', itemId: id, atMs: 0 }], { rowOf: () => row, maxEvents });
    const session = encodeSession(profile, model);
    const projected = Float64Array.from({ length: rank }, (_, r) =>
      dot(directions.subarray(r * dim, (r + 1) * dim), session),
    );
    const length = Math.hypot(...projected);
    return length === 0 ? projected : projected.map((value) => value / length);
  });
}

/** The candidate whose update fits best; all are as long. */
export function bestCandidate(seen: Float64Array, updates: readonly Float64Array[]): number {
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (const [candidate, update] of updates.entries()) {
    const product = dot(seen, update);
    if (product <= largest) continue;
    largest = product;
    best = candidate;
  }
  return best;
}

/** The `count` indices of the largest values. */
export function topOf(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ index }) => index);
}

function rowOf(seen: Float64Array, group: number, rank: number): Float64Array {
  return seen.subarray(group * rank, (group + 1) * rank);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
