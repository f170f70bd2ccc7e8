import type { Model } from '#model/model.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { sumOfUpdates, type UpdateRound } from './sum-of-updates.ts';

/**
 * How the merchant's own histories pull a learned model back to the one it began as: what they would add to the
 * round's sum if they were devices', less what they would have added at the start.
 *
 * The start fits them as well as training found good, so they ask for no change there; taken alone, what they
 * would add leads past that, to what training stops short of.
 *
 * @returns `[numGroups, rank]`.
 */
export function pullOfRecords(
  histories: readonly (readonly ShopEvent[])[],
  { start, ...round }: UpdateRound & { readonly start: Model },
): Float64Array {
  const atStart = sumOfUpdates(histories, { ...round, model: start });
  return sumOfUpdates(histories, round).map((value, i) => value - (atStart[i] as number));
}
