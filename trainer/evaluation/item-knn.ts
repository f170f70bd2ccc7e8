import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { makeRelatedSums, type RelatedRule, recommendRelated } from './related-items.ts';

export interface ItemKnnParameters extends Omit<RelatedRule, 'relatedTo'> {
  /** Baskets that make one session. */
  readonly basketsPerSession: number;
  /** λ: sessions added to each item's own, so that a pair met by chance weighs little. */
  readonly shrinkage: number;
  /** α: share of the damping that the event's item takes, 0…1; ½ is the cosine, less damps popular items more. */
  readonly ownShare: number;
  /** A session of n items counts n to minus this: long ones say less about each pair. */
  readonly lengthDamping: number;
}

/**
 * Item neighbors by the sessions that hold both, the item-KNN of Hidasi et al. 2016:
 *
 *     sim(i, j) = n(i, j) / ((n(i) + λ)^α · (n(j) + λ)^(1 − α))
 *
 * where n counts sessions. n(i, i) counts those that came back to the item.
 *
 * @returns A recommender that returns the same array each time.
 */
export function itemKnn(
  log: BaselineLog,
  { basketsPerSession, shrinkage, ownShare, lengthDamping, ...rule }: ItemKnnParameters,
): Recommender {
  const { offsets, rows, sessionOf, comesAgain, numDistinct, places, placeOffsets } = log.sessions(basketsPerSession);
  const weightOf = Float64Array.from(numDistinct, (size) => size ** -lengthDamping);
  const masses = new Float64Array(log.numItems);
  rows.forEach((row, event) => {
    if (comesAgain[event] === 1) return;
    masses[row] = (masses[row] as number) + (weightOf[sessionOf[event] as number] as number);
  });

  const sums = makeRelatedSums(log.numItems);
  const relatedTo = (row: number) => {
    for (let i = placeOffsets[row] as number; i < (placeOffsets[row + 1] as number); i++) {
      const place = places[i] as number;
      const session = sessionOf[place] as number;
      const weight = weightOf[session] as number;
      if (comesAgain[place] === 1) continue; // each session once
      if (i > (placeOffsets[row] as number) && sessionOf[places[i - 1] as number] === session) sums.add(row, weight);
      for (let event = offsets[session] as number; event < (offsets[session + 1] as number); event++) {
        if (comesAgain[event] === 0 && rows[event] !== row) sums.add(rows[event] as number, weight);
      }
    }
    const counted = sums.take();
    const own = ((masses[row] as number) + shrinkage) ** ownShare;
    return {
      rows: counted.rows,
      weights: counted.weights.map((together, index) => {
        const other = (masses[counted.rows[index] as number] as number) + shrinkage;
        return together / (own * other ** (1 - ownShare));
      }),
    };
  };
  return recommendRelated(log, { relatedTo, ...rule });
}
