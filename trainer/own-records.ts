/** The merchant's own histories that take part in a round: a part of them, in turn. Fewer say too little. */
const RECORDS_PER_ROUND = 4000;

/** The merchant's own histories that take part in a round, from 0. */
export function recordsOfRound<History>(round: number, histories: readonly History[]): History[] {
  const stride = Math.max(1, Math.ceil(histories.length / RECORDS_PER_ROUND));
  return histories.filter((_, record) => record % stride === round % stride);
}
