import type { Model } from '#model/model.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import { deviceRecommender } from './device-recommender.ts';
import { meanMetrics, measureRanking } from './measure-ranking.ts';
import { seededRandom } from './seeded-random.ts';
import type { TestCase } from './test-cases.ts';

/** Ties are broken alike for all models, so that they favor none. */
const TIE_SEED = 5;

/** Mean NDCG@20 of a model as it ships; 0 without cases. */
export async function validationNdcg(
  model: Model,
  { items, cases }: { readonly items: readonly CatalogItem[]; readonly cases: readonly TestCase[] },
): Promise<number> {
  const recommend = await deviceRecommender(model, items);
  return meanMetrics(await measureRanking(recommend, cases, seededRandom(TIE_SEED))).ndcgAt20;
}
