import { type TiedRank, tiedRanksOf } from '#model/metrics.ts';
import type { Model } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { blendWeights } from '#model/score-items.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { createDenseScorer } from './dense-scorer.ts';
import { rowLookup } from './device-recommender.ts';
import { blendTerms, rawTerms } from './raw-terms.ts';
import type { TestCase } from './test-cases.ts';

/** What is asked of a model. */
export type Question = Pick<TestCase, 'events' | 'targets'>;

/** Where a case's targets stand among all items. */
export type CaseRanks = readonly TiedRank[];

/**
 * Asks a model through the device's own code, but for the search: all items are ranked, as `deviceRecommender` does.
 *
 * @param blends Each ranks by itself; the terms are worked out once.
 * @returns The case's ranks by each blend.
 */
export function caseRanker(
  model: Model,
  items: readonly CatalogItem[],
  blends: readonly (readonly BlendWeights[])[],
): (question: Question) => CaseRanks[] {
  const scoreAll = createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  return ({ events, targets }) => {
    const profile = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
    const raw = rawTerms(model, scoreAll, profile);
    return blends.map((blend) => tiedRanksOf(blendTerms(raw, blendWeights(blend, profile)), targets));
  };
}
