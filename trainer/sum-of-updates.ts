import { localUpdate } from '#model/local-update.ts';
import type { ShopEvent } from '#protocol/event.ts';

/**
 * What histories would add to a round's sum if they were devices'.
 *
 * @param round As for {@link localUpdate}.
 * @returns `[numGroups, rank]`.
 */
export function sumOfUpdates(
  histories: readonly (readonly ShopEvent[])[],
  round: Omit<Parameters<typeof localUpdate>[0], 'events'>,
): Float64Array {
  const sum = new Float64Array(round.task.vdaf.length);
  for (const events of histories) {
    localUpdate({ ...round, events }).forEach((value, i) => {
      sum[i] = (sum[i] as number) + value;
    });
  }
  return sum;
}
