import type { TrainedModel } from './trained-model.ts';

/** Enough to rank by where nothing else is known: for a shopper without a history, weights' sizes make no difference. */
const KEPT = 0.05;

/**
 * A model that has learned from devices, all but without the term of popularity.
 *
 * That counts the merchant's orders. Item vectors have learned since what devices choose, of items too that few of
 * the merchant's customers had, and for which the term says only that.
 */
export function fadePopularity(learned: TrainedModel): TrainedModel {
  const blend = learned.config.blend.map((weights) => ({ ...weights, popularity: KEPT * weights.popularity }));
  return { ...learned, config: { ...learned.config, blend } };
}
