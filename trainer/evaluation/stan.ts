import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { type SessionKnnSizes, sessionKnn } from './session-knn.ts';

/** Each λ is what its exponential decays over; Infinity for none. */
export interface StanParameters extends SessionKnnSizes {
  /** λ1: over the case's events, back from the last. */
  readonly eventDecay: number;
  /** λ2: over a past session's age, as a share of the log's time span. */
  readonly ageDecayShare: number;
  /** λ3: over the places between an item and the last shared one in the past session. */
  readonly distanceDecay: number;
}

/**
 * Sequence and time aware neighborhood, STAN (Garg et al. 2019).
 *
 * A session's age is counted from the log's end, not from the case: the difference is one factor on all of
 * a case's scores.
 *
 * For comparison only: it must never ship, see {@link sessionKnn}.
 */
export function stan(
  log: BaselineLog,
  { eventDecay, ageDecayShare, distanceDecay, ...sizes }: StanParameters,
): Recommender {
  return sessionKnn(log, sizes, ({ ages, numDistinct }, numItems) => ({
    ofEvent: (age) => Math.exp(-age / eventDecay),
    ofSession: ages.map((age, session) => Math.exp(-age / ageDecayShare) / Math.sqrt(numDistinct[session] as number)),
    ofSharedAge: () => 1,
    ofDistance: (distance) => Math.exp(-distance / distanceDecay),
    ofItem: new Float64Array(numItems).fill(1),
  }));
}
