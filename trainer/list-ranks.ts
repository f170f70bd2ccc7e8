/** Rank of each row on a list of the best, from 0; Infinity for a row that is not on it. */
export function ranksOnList(list: ArrayLike<number>, rows: readonly number[]): number[] {
  return rows.map((row) => {
    const rank = Array.prototype.indexOf.call(list, row);
    return rank === -1 ? Number.POSITIVE_INFINITY : rank;
  });
}
