import { plainScores, type ScoreAll } from '#model/dense-scores.ts';
import type { Model } from '#model/model.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/**
 * The model before quantization: float32 item vectors and encoder, to measure what shipping costs.
 *
 * @returns The model, and products with its vectors.
 */
export function floatModel(trained: TrainedModel): { readonly model: Model; readonly scoreAll: ScoreAll } {
  const shipped = shippedModel(trained);
  const items = {
    ...shipped.items,
    scales: new Float32Array(trained.config.numItems).fill(1),
    // Plain arithmetic only multiplies values: whether they are whole makes no difference to it.
    values: trained.itemVectors as unknown as Int8Array,
  };
  return { model: { ...shipped, items, encoder: trained.encoder }, scoreAll: plainScores(items) };
}
