import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { makeRelatedSums, type RelatedRule, recommendRelated } from './related-items.ts';

export interface TransitionParameters extends Omit<RelatedRule, 'relatedTo'> {
  /** An item that followed one place later counts this much less, 0…1; 0 counts the very next alone. */
  readonly distanceDecay: number;
}

/** How far behind an item another still follows it. */
export const MAX_DISTANCE = 10;

/**
 * How often each item followed the case's last items in the log, as shares of all that
 * followed, so that each event weighs the same. An item may follow itself.
 *
 * @returns A recommender that returns the same array each time.
 */
export function transitions(log: BaselineLog, { distanceDecay, ...rule }: TransitionParameters): Recommender {
  const { offsets, rows, sessionOf, places, placeOffsets } = log.sessions(Number.POSITIVE_INFINITY);
  const sums = makeRelatedSums(log.numItems);
  const relatedTo = (row: number) => {
    let total = 0;
    for (let i = placeOffsets[row] as number; i < (placeOffsets[row + 1] as number); i++) {
      const place = places[i] as number;
      const end = Math.min(place + MAX_DISTANCE + 1, offsets[(sessionOf[place] as number) + 1] as number);
      let weight = 1;
      for (let follower = place + 1; follower < end && weight > 0; follower++) {
        sums.add(rows[follower] as number, weight);
        total += weight;
        weight *= distanceDecay;
      }
    }
    const counted = sums.take();
    return { rows: counted.rows, weights: counted.weights.map((weight) => weight / total) };
  };
  return recommendRelated(log, { relatedTo, ...rule });
}
