/**
 * Ranking metrics of one test case, from the ranks (from 0) of its relevant items among all items.
 */

/** Share of the relevant items among the first `cutoff`. */
export function recallAt(ranks: readonly number[], cutoff: number): number {
  return ranks.filter((rank) => rank < cutoff).length / ranks.length;
}

/** Normalized discounted cumulative gain with binary relevance (Järvelin and Kekäläinen 2002). */
export function ndcgAt(ranks: readonly number[], cutoff: number): number {
  let gain = 0;
  for (const rank of ranks) if (rank < cutoff) gain += 1 / Math.log2(rank + 2);
  let ideal = 0;
  for (let rank = 0; rank < Math.min(cutoff, ranks.length); rank++) ideal += 1 / Math.log2(rank + 2);
  return gain / ideal;
}

/** One over the best rank counted from 1, or 0 past the first `cutoff`. */
export function reciprocalRankAt(ranks: readonly number[], cutoff: number): number {
  const best = Math.min(...ranks);
  return best < cutoff ? 1 / (best + 1) : 0;
}

/** Where an item stands among all before ties are broken. */
export interface TiedRank {
  /** How many items have a higher score. */
  readonly above: number;
  /** How many have the same one, the item itself included. */
  readonly equal: number;
}

/** @param scores `[N]`. @param rows All different. @returns In the order of `rows`. */
export function tiedRanksOf(scores: Float32Array, rows: readonly number[]): TiedRank[] {
  return rows.map((row) => {
    const score = scores[row] as number;
    let above = 0;
    let equal = 0;
    for (let other = 0; other < scores.length; other++) {
      if ((scores[other] as number) > score) above++;
      else if (scores[other] === score) equal++;
    }
    return { above, equal };
  });
}

/**
 * Ranks of items among all, from 0. Equal scores are broken at random, never by item order, since an
 * order could favor the relevant ones.
 *
 * @param tied Of different items.
 * @param random Uniform in [0, 1); asked once an item.
 * @returns All different, in the order of `tied`.
 */
export function drawRanks(tied: readonly TiedRank[], random: () => number): number[] {
  const taken: number[] = []; // rising
  return tied.map(({ above, equal }) => {
    const takenHere = taken.filter((rank) => rank >= above && rank < above + equal);
    let rank = above + Math.floor(random() * (equal - takenHere.length)); // counts free ranks only
    for (const other of takenHere) if (other <= rank) rank++;
    taken.push(rank);
    taken.sort((a, b) => a - b);
    return rank;
  });
}

/** {@link drawRanks} of {@link tiedRanksOf}. */
export function ranksOf(scores: Float32Array, rows: readonly number[], random: () => number): number[] {
  return drawRanks(tiedRanksOf(scores, rows), random);
}
