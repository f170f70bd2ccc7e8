/** The merchant's own histories that take part in a round: a part of them, in turn, counted as all. */
const RECORDS_PER_ROUND = 3000;
/**
 * An own history pulls as much as so many devices. Without it what the merchant's records say is forgotten, since
 * devices are many and each of their rounds shows a few directions only.
 */
const PULL_WEIGHT = 4;

/** Which of the merchant's own histories take part in a round, from 0. */
export function recordsOfRound(round: number, numRecords: number): number[] {
  const stride = Math.max(1, Math.ceil(numRecords / RECORDS_PER_ROUND));
  return Array.from({ length: numRecords }, (_, record) => record).filter(
    (record) => record % stride === round % stride,
  );
}

/**
 * Adds the pull of the merchant's own histories to a round's noised sum.
 *
 * @param pull Of those that took part.
 * @param share How many they stand for ÷ how many they are.
 */
export function withPull(sum: Float64Array, pull: Float64Array, share: number): Float64Array {
  return sum.map((value, i) => value + PULL_WEIGHT * share * (pull[i] as number));
}
