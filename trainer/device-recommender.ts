import type { ScoreAll } from '#model/dense-scores.ts';
import type { Model } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { blendWeights } from '#model/score-items.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import { createDenseScorer } from './dense-scorer.ts';
import type { Recommender } from './measure-ranking.ts';
import { blendTerms, rawTerms } from './raw-terms.ts';

/** Row by item id, as a device looks it up. */
export function rowLookup(items: readonly CatalogItem[]): (id: ItemId) => number | undefined {
  const rows = new Map(items.map(({ id }, row) => [id, row]));
  return (id) => rows.get(id);
}

/**
 * A model through the device's own code, but for the search: all items are scored, not only the best found.
 *
 * @param scoreAll Of the model's items, where those are no int8 rows.
 */
export async function deviceRecommender(
  model: Model,
  items: readonly CatalogItem[],
  scoreAll?: ScoreAll,
): Promise<Recommender> {
  const scoring = scoreAll ?? createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  return async ({ events }) => {
    const profile = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
    return blendTerms(rawTerms(model, scoring, profile), blendWeights(model.config.blend, profile));
  };
}
