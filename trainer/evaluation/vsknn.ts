import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { type SessionKnnSizes, sessionKnn } from './session-knn.ts';

/** How an event's weight falls with its age among n events. */
const EVENT_DECAYS = {
  same: () => 1,
  linear: (age: number, numEvents: number) => (numEvents - age) / numEvents,
  quadratic: (age: number, numEvents: number) => ((numEvents - age) / numEvents) ** 2,
  logarithmic: (age: number) => 1 / Math.log10(age + 2.7),
} as const;

/** How a neighbor's items weigh by the age of the most recent item shared with it. */
const SHARED_DECAYS = {
  same: () => 1,
  linear: (age: number) => Math.max(0, 1 - 0.1 * (age + 1)),
  inverse: (age: number) => 1 / (age + 1),
  'inverse square': (age: number) => 1 / (age + 1) ** 2,
} as const;

export interface VsknnParameters extends SessionKnnSizes {
  readonly eventDecay: keyof typeof EVENT_DECAYS;
  readonly sharedDecay: keyof typeof SHARED_DECAYS;
  /** λ of an item's factor 1 + λ · idf, at least 0. */
  readonly idfWeight: number;
}

/**
 * Vector multiplication session neighbors, VSKNN (Ludewig and Jannach 2018): similarity is the
 * dot product of the case, its events decayed, with a past session's set of items.
 *
 * For comparison only: it must never ship, see {@link sessionKnn}.
 */
export function vsknn(
  log: BaselineLog,
  { eventDecay, sharedDecay, idfWeight, ...sizes }: VsknnParameters,
): Recommender {
  return sessionKnn(log, sizes, ({ offsets, rows, comesAgain }, numItems) => {
    const numSessions = offsets.length - 1;
    const sessionsWith = new Float64Array(numItems);
    rows.forEach((row, event) => {
      if (comesAgain[event] === 0) sessionsWith[row] = (sessionsWith[row] as number) + 1;
    });
    return {
      ofEvent: EVENT_DECAYS[eventDecay],
      ofSession: new Float64Array(numSessions).fill(1),
      ofSharedAge: SHARED_DECAYS[sharedDecay],
      ofDistance: () => 1,
      ofItem: sessionsWith.map((count) => 1 + idfWeight * Math.log(numSessions / Math.max(1, count))),
    };
  });
}
