/** The merchant's own histories that take part in a round: fewer say too little, more take too long. */
const RECORDS_PER_ROUND = 4000;
/** Multiples of it fall evenly between 0 and 1, whatever their number. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * The merchant's own histories that take part in a round: all of them if they are few, else some that are spread
 * evenly, in each round others.
 *
 * @param round From 0.
 */
export function recordsOfRound<History>(round: number, histories: readonly History[]): History[] {
  const count = Math.min(RECORDS_PER_ROUND, histories.length);
  const step = histories.length / count;
  const offset = (round * GOLDEN_RATIO) % 1;
  return Array.from({ length: count }, (_, i) => histories[Math.floor((i + offset) * step)] as History);
}
