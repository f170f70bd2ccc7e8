import type { Measurement } from '#trainer/measure-ranking.ts';
import { type ExposureFigures, RECOMMENDERS, type RecommenderName } from './evaluation.ts';
import { catalogCoverage, countExposure, giniCoefficient } from './exposure.ts';

/** How much of the catalog each recommender's lists show. */
export function exposureOf(
  measurements: Readonly<Record<RecommenderName, Measurement>>,
  numItems: number,
): Record<RecommenderName, ExposureFigures> {
  return Object.fromEntries(
    RECOMMENDERS.map((name) => {
      const exposure = countExposure(measurements[name].lists, numItems);
      return [name, { coverage: catalogCoverage(exposure), gini: giniCoefficient(exposure) }];
    }),
  ) as Record<RecommenderName, ExposureFigures>;
}
