import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import { formatEpsilon } from '#privacy/format-epsilon.ts';
import { type RoundTerms, worstInverseVariance } from '#privacy/worst-participation.ts';
import { InputError } from './input-error.ts';

/** What a shop allows itself to learn about one device. */
export interface PrivacyBudget {
  /** At most this is spent on one device within any `windowDays`, over all kinds of tasks. */
  readonly epsilon: number;
  readonly delta: number;
  readonly windowDays: number;
}

/**
 * Of a shop that has chosen none. At delta 1e-6 four rounds a month with the default noise stay below
 * it (epsilon 7.4), and leave something for a trial, which needs far less.
 */
export const DEFAULT_BUDGET: PrivacyBudget = { epsilon: 8, delta: 1e-6, windowDays: 30 };
/** Of a round unless the merchant says otherwise: four fit the default budget. */
export const NOISE_MULTIPLIER = 1.4;
/** Of a trial: one fits after those four. */
export const TRIAL_NOISE_MULTIPLIER = 3;

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Epsilon that one device has spent at most before a round and would have after, and whether it fits. */
export type BudgetCheck = {
  readonly spent: number;
  readonly wouldBe: number;
} & (
  | { readonly kind: 'fits' }
  /** `fitsAtMs`: from when on the same round would fit; `null` if it passes the budget all alone. */
  | { readonly kind: 'exceeds'; readonly fitsAtMs: number | null }
);

/**
 * The most epsilon that one device can spend within any window that reaches to `fromMs` or beyond.
 *
 * Rounds that open later count too: a clock that was set back wins no budget.
 */
export function spentFrom({ delta, windowDays }: PrivacyBudget, rounds: readonly RoundTerms[], fromMs: number): number {
  const laterMs = rounds.map(({ opensAtMs }) => opensAtMs).filter((opensAtMs) => opensAtMs > fromMs);
  const worst = [fromMs, ...laterMs].map((opensAtMs) =>
    worstInverseVariance(rounds, { last: { opensAtMs }, windowMs: windowDays * DAY_MS }),
  );
  return epsilonOfInverseVariance(Math.max(...worst), delta);
}

/**
 * Whether a round stays within the budget.
 *
 * Guarantee: if it fits, no device that keeps the rounds' bounds spends more than the budget within
 * any window that reaches to this round; counted are all rounds agreed on, failed and pending ones too.
 *
 * @param earlier Every task agreed on so far.
 * @param proposed Opens now.
 */
export function checkBudget(budget: PrivacyBudget, earlier: readonly RoundTerms[], proposed: RoundTerms): BudgetCheck {
  const windowMs = budget.windowDays * DAY_MS;
  const wouldBeWith = (round: RoundTerms) => spentFrom(budget, [...earlier, round], round.opensAtMs);
  const spent = spentFrom(budget, earlier, proposed.opensAtMs);
  const wouldBe = wouldBeWith(proposed);
  if (wouldBe <= budget.epsilon) return { kind: 'fits', spent, wouldBe };
  // Something changes only where an earlier round leaves the window.
  const leavings = earlier
    .map(({ closesAtMs }) => closesAtMs + windowMs)
    .filter((atMs) => atMs > proposed.opensAtMs)
    .sort((a, b) => a - b);
  const durationMs = proposed.closesAtMs - proposed.opensAtMs;
  const fitsAtMs = leavings.find(
    (atMs) => wouldBeWith({ ...proposed, opensAtMs: atMs, closesAtMs: atMs + durationMs }) <= budget.epsilon,
  );
  return { kind: 'exceeds', spent, wouldBe, fitsAtMs: fitsAtMs ?? null };
}

/**
 * Refuses a round that would pass the budget.
 *
 * @throws {InputError} With what was spent, what it would be, the budget, and when the round fits.
 */
export function requireBudget(
  budget: PrivacyBudget,
  earlier: readonly RoundTerms[],
  proposed: RoundTerms,
): BudgetCheck {
  const check = checkBudget(budget, earlier, proposed);
  if (check.kind === 'fits') return check;
  const { epsilon, delta, windowDays } = budget;
  const advice =
    check.fitsAtMs === null
      ? 'raise its noise multiplier'
      : `open it from ${new Date(check.fitsAtMs).toISOString()} on, raise its noise multiplier`;
  throw new InputError(
    `expected a round within the privacy budget of epsilon ${epsilon} at delta ${delta} in ${windowDays} days, but one device could have spent ${formatEpsilon(check.wouldBe)} after it (${formatEpsilon(check.spent)} without it); ${advice} or change the budget with "vitrine round budget"`,
  );
}
