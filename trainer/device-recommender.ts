import type { Model } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import type { Scorer } from '#model/scorer.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Recommender } from './measure-ranking.ts';

/** Row by item id, as a device looks it up. */
export function rowLookup(items: readonly CatalogItem[]): (id: ItemId) => number | undefined {
  const rows = new Map(items.map(({ id }, row) => [id, row]));
  return (id) => rows.get(id);
}

/**
 * A model through the device's own code.
 *
 * @param scorer Reads the model's items; the one of a device if absent.
 */
export async function deviceRecommender(
  model: Model,
  items: readonly CatalogItem[],
  scorer?: Scorer,
): Promise<Recommender> {
  const scoring = scorer ?? (await createSimdScorer(model.items));
  const rowOf = rowLookup(items);
  return async ({ events }) => {
    const profile = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
    return (await scoreItems(model, scoring, profile)).blended;
  };
}
