import { meanIntraListDistance, type RowVectors } from '#trainer/intra-list-distance.ts';
import type { Measurement } from '#trainer/measure-ranking.ts';
import { type ExposureFigures, RECOMMENDERS, type RecommenderName } from './evaluation.ts';
import { catalogCoverage, countExposure, giniCoefficient } from './exposure.ts';

/**
 * How much of the catalog each recommender's lists show, and how unlike the items in one list are.
 *
 * @param items `[N, D]`, the same for all recommenders.
 */
export function exposureOf(
  measurements: Readonly<Record<RecommenderName, Measurement>>,
  items: RowVectors & { readonly numItems: number },
): Record<RecommenderName, ExposureFigures> {
  return Object.fromEntries(
    RECOMMENDERS.map((name) => {
      const { lists } = measurements[name];
      const exposure = countExposure(lists, items.numItems);
      const intraListDistance = meanIntraListDistance(lists, items);
      return [name, { coverage: catalogCoverage(exposure), gini: giniCoefficient(exposure), intraListDistance }];
    }),
  ) as Record<RecommenderName, ExposureFigures>;
}
