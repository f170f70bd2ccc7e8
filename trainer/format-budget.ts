import { formatEpsilon } from '#privacy/format-epsilon.ts';
import type { RoundTerms } from '#privacy/worst-participation.ts';
import { type PrivacyBudget, spentFrom } from './privacy-budget.ts';

/** The budget and how much of it one device can have used up, in two lines. */
export function formatBudget(budget: PrivacyBudget, rounds: readonly RoundTerms[], nowMs: number): string {
  const { epsilon, delta, windowDays } = budget;
  return [
    `privacy budget: epsilon ${epsilon} at delta ${delta} for one device in ${windowDays} days`,
    `spent by one device at most: ${formatEpsilon(spentFrom(budget, rounds, nowMs))} (${rounds.length} rounds in this folder, of all times and outcomes)`,
  ].join('\n');
}
