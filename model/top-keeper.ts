/** Keeps the best of what it is offered. */
export interface TopKeeper {
  /** Takes a row; each at most once, in rising order, so that of equal scores the lower row stays. */
  offer(row: number, score: number): void;
  /** The best `count` rows, best first. */
  rows(): number[];
}

/** @param count How many to keep. */
export function createTopKeeper(count: number): TopKeeper {
  const maxKept = 2 * count + 100; // room, so that sorting and cutting what is kept stays rare
  let kept: { readonly row: number; readonly score: number }[] = [];
  let threshold = Number.NEGATIVE_INFINITY; // one comparison with it turns most rows away
  const cut = (): void => {
    // Infinity less Infinity is NaN: rows that both have it go by row like other equal ones.
    kept.sort((a, b) => b.score - a.score || a.row - b.row);
    kept = kept.slice(0, count);
    if (kept.length === count && count > 0) threshold = (kept.at(-1) as { score: number }).score;
  };
  return {
    offer(row, score) {
      if (!(score > threshold)) return;
      kept.push({ row, score });
      if (kept.length >= maxKept) cut();
    },
    rows() {
      cut();
      return kept.map(({ row }) => row);
    },
  };
}
