import type { Grid } from '#trainer/coordinate-search.ts';
import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { type ItemKnnParameters, itemKnn } from './item-knn.ts';
import { type RecentPopularParameters, recentPopular } from './popular.ts';
import { type StanParameters, stan } from './stan.ts';
import { type TransitionParameters, transitions } from './transitions.ts';
import { type VsknnParameters, vsknn } from './vsknn.ts';

/** A baseline before its parameters are chosen. */
export interface BaselineFamily<Parameters> {
  readonly build: (log: BaselineLog, parameters: Parameters) => Recommender;
  /** What is taken where there is nothing to choose on, and where the search begins. */
  readonly start: Parameters;
  /** In the order of the search. */
  readonly grid: Grid<Parameters>;
  readonly describe: (parameters: Parameters) => string;
}

/** What of the data decides which values are worth a try. */
export interface LogShape {
  /** Whether there are baskets of several items; otherwise a customer's baskets are events one by one. */
  readonly hasWholeBaskets: boolean;
  /** Whether seen items are left out of the ranking, whatever their score. */
  readonly excludesSeen: boolean;
}

/** The baselines that have something to choose; `sessionKnn` is the better of the last two. */
export interface BaselineFamilies {
  readonly recentPopular: BaselineFamily<RecentPopularParameters>;
  readonly transitions: BaselineFamily<TransitionParameters>;
  readonly itemKnn: BaselineFamily<ItemKnnParameters>;
  readonly vsknn: BaselineFamily<VsknnParameters>;
  readonly stan: BaselineFamily<StanParameters>;
}

const ALL = Number.POSITIVE_INFINITY;

/** Values to try around what was best on session logs, sequences of reviews and orders; each range holds its best inside. */
export function baselineFamilies({ hasWholeBaskets, excludesSeen }: LogShape): BaselineFamilies {
  const sessionSizes = hasWholeBaskets ? [4, 1, 2, ALL] : [ALL];
  // Nobody puts an item into a basket twice, but in a log of views the next is often one seen before.
  const freshBaskets = excludesSeen ? [0] : hasWholeBaskets ? [1, 0] : [0, ALL];
  const common = { basketsPerSession: sessionSizes[0] as number, freshBaskets: freshBaskets[0] as number };
  const neighborhoods = {
    basketsPerSession: sessionSizes,
    freshBaskets,
    numNeighbors: [50, 100, 200, 500, 1000],
    numCandidates: [1000, 5000],
  };
  return {
    recentPopular: {
      build: recentPopular,
      start: { halfLifeShare: 0.12 },
      grid: { halfLifeShare: [1, 0.5, 0.25, 0.12, 0.06, 0.03, 0.015, 0.008, 0.004] },
      describe: ({ halfLifeShare }) => `half-life ${formatPercent(halfLifeShare)} of the log's time span`,
    },

    transitions: {
      build: transitions,
      start: { freshBaskets: common.freshBaskets, distanceDecay: 0.7, eventDecay: 0.6 },
      grid: {
        freshBaskets,
        distanceDecay: [0, 0.3, 0.5, 0.7, 0.85, 1],
        eventDecay: [0, 0.4, 0.6, 0.8, 0.9, 0.97, 1],
      },
      describe: ({ distanceDecay, eventDecay, ...rest }) =>
        `${distanceDecay === 0 ? 'the next item' : `the next items, each ${distanceDecay} of the one before`}; ${describeEvents(eventDecay)}${describeFresh(rest)}`,
    },

    itemKnn: {
      build: itemKnn,
      start: { ...common, eventDecay: 0.6, lengthDamping: 0.5, shrinkage: 5, ownShare: 0.5 },
      grid: {
        basketsPerSession: sessionSizes,
        freshBaskets,
        eventDecay: [0, 0.4, 0.6, 0.8, 0.9, 1],
        lengthDamping: [0, 0.5, 1],
        shrinkage: [0, 1, 5, 20, 50],
        ownShare: [0.3, 0.5, 0.6, 0.75, 1],
      },
      describe: ({ eventDecay, lengthDamping, shrinkage, ownShare, ...rest }) =>
        `${describeSessions(rest)}, λ ${shrinkage}, α ${ownShare}, length damping ${lengthDamping}; ${describeEvents(eventDecay)}${describeFresh(rest)}`,
    },

    vsknn: {
      build: vsknn,
      start: {
        ...common,
        numNeighbors: 500,
        numCandidates: 5000,
        eventDecay: 'linear',
        sharedDecay: 'inverse',
        idfWeight: 2,
      },
      grid: {
        ...neighborhoods,
        eventDecay: ['same', 'linear', 'quadratic', 'logarithmic'],
        sharedDecay: ['same', 'linear', 'inverse', 'inverse square'],
        idfWeight: [0, 0.5, 2, 10],
      },
      describe: ({ eventDecay, sharedDecay, idfWeight, ...sizes }) =>
        `VSKNN: ${describeSizes(sizes)}; event decay ${eventDecay}, shared-item decay ${sharedDecay}, idf weight ${idfWeight}${describeFresh(sizes)}`,
    },

    stan: {
      build: stan,
      start: { ...common, numNeighbors: 500, numCandidates: 5000, eventDecay: 2, ageDecayShare: 0.4, distanceDecay: 4 },
      grid: {
        ...neighborhoods,
        eventDecay: [0.5, 1, 2, 4, 8, ALL],
        ageDecayShare: [0.05, 0.15, 0.4, 1, ALL],
        distanceDecay: [0.5, 1, 2, 4, 8, ALL],
      },
      describe: ({ eventDecay, ageDecayShare, distanceDecay, ...sizes }) =>
        `STAN: ${describeSizes(sizes)}; λ1 ${formatNumber(eventDecay)} events, λ2 ${formatPercent(ageDecayShare)} of the log's time span, λ3 ${formatNumber(distanceDecay)} places${describeFresh(sizes)}`,
    },
  };
}

const formatNumber = (value: number): string => (value === ALL ? '∞' : String(value));
const formatPercent = (share: number): string => (share === ALL ? '∞' : `${Number((100 * share).toPrecision(3))} %`);

function describeEvents(eventDecay: number): string {
  if (eventDecay === 0) return 'the last event alone';
  return eventDecay === 1 ? 'all events alike' : `events before the last decayed by ${eventDecay} each`;
}

function describeFresh({ freshBaskets }: { readonly freshBaskets: number }): string {
  if (freshBaskets === 0) return '';
  return freshBaskets === ALL ? '; no seen item again' : '; no item of the last basket again';
}

function describeSessions({ basketsPerSession }: { readonly basketsPerSession: number }): string {
  if (basketsPerSession === ALL) return 'sessions of all of a customer';
  return basketsPerSession === 1 ? 'sessions of one basket' : `sessions of ${basketsPerSession} baskets`;
}

function describeSizes(sizes: {
  readonly basketsPerSession: number;
  readonly numNeighbors: number;
  readonly numCandidates: number;
}): string {
  return `k ${sizes.numNeighbors}, m ${sizes.numCandidates}, ${describeSessions(sizes)}`;
}
