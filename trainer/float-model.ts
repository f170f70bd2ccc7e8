import { type ItemTable, inverseNorms } from '#model/item-table.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Model } from '#model/model.ts';
import type { Scorer } from '#model/scorer.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/**
 * The model before quantization: float32 item vectors and encoder, to measure what shipping costs.
 *
 * @returns The model, and the one scorer that reads such a table.
 */
export function floatModel(trained: TrainedModel): { readonly model: Model; readonly scorer: Scorer } {
  const { numItems, dim } = trained.config;
  const items: ItemTable = {
    numItems,
    dim,
    scales: new Float32Array(numItems).fill(1),
    // The plain scorer only multiplies values: whether they are whole makes no difference to it.
    values: trained.itemVectors as unknown as Int8Array,
  };
  const model = { ...shippedModel(trained), items, inverseNorms: inverseNorms(items), encoder: trained.encoder };
  return { model, scorer: createJsScorer(items) };
}
