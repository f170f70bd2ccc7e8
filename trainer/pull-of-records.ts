import type { ScoreAll } from '#model/dense-scores.ts';
import { localUpdate } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { createDenseScorer } from './dense-scorer.ts';

type Round = Omit<Parameters<typeof localUpdate>[0], 'events' | 'model' | 'scoreAll'>;

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
  { model, start, ...round }: Round & { readonly model: Model; readonly start: Model },
): Float64Array {
  const pull = new Float64Array(round.task.vdaf.length);
  const add = (of: Model, sign: number): void => {
    const scoreAll: ScoreAll = createDenseScorer(of.items);
    for (const events of histories) {
      const update = localUpdate({ ...round, model: of, scoreAll, events });
      for (let i = 0; i < pull.length; i++) pull[i] = (pull[i] as number) + sign * (update[i] as number);
    }
  };
  add(model, 1);
  add(start, -1);
  return pull;
}
