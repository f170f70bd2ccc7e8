import type { Model } from '#model/model.ts';
import { buildProfile } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Recommender } from './measure-ranking.ts';

/** Row by item id, as a device looks it up. */
export function rowLookup(items: readonly CatalogItem[]): (id: ItemId) => number | undefined {
  const rows = new Map(items.map(({ id }, row) => [id, row]));
  return (id) => rows.get(id);
}

/** The shipped model through the device's own code. */
export async function deviceRecommender(model: Model, items: readonly CatalogItem[]): Promise<Recommender> {
  const scorer = await createSimdScorer(model.items);
  const rowOf = rowLookup(items);
  return async ({ events }) => {
    const profile = buildProfile(events, { rowOf, maxEvents: model.config.maxEvents });
    return (await scoreItems(model, scorer, profile)).blended;
  };
}
