import type { ShopEvent } from '#protocol/event.ts';
import { sumOfUpdates, type UpdateRound } from './sum-of-updates.ts';

/** Own records looked at: a second's work, and enough for two digits. */
const MAX_RECORDS = 1000;

/**
 * How alike the updates of a round are, by the merchant's own records: the mean product of two different ones ÷
 * clipNorm².
 *
 * @param histories The merchant's own, latest first.
 * @returns 0…1; 1, from which no bound follows, where there are fewer than two histories.
 */
export function coherenceOfRecords(histories: readonly (readonly ShopEvent[])[], round: UpdateRound): number {
  const compared = histories.slice(0, MAX_RECORDS);
  return coherenceOf(sumOfUpdates(compared, round), { count: compared.length, clipNorm: round.task.clipNorm });
}

/**
 * The mean product of two different updates ÷ clipNorm², from their sum.
 *
 *     (|sum|² / clipNorm² − count) / (count · (count − 1))
 *
 * @param sum Of `count` updates of length `clipNorm`, without noise.
 * @returns 0…1; 1 for fewer than two.
 */
export function coherenceOf(
  sum: Float64Array,
  { count, clipNorm }: { readonly count: number; readonly clipNorm: number },
): number {
  if (count < 2) return 1;
  let squares = 0;
  for (const value of sum) squares += value * value;
  return Math.min(1, Math.max(0, (squares / clipNorm ** 2 - count) / (count * (count - 1))));
}
