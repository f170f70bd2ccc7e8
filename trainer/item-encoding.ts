import type { Model } from '#model/model.ts';
import { learnCodebooks } from './product-quantizer.ts';
import type { Random } from './seeded-random.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Up to here int8 rows weigh 3.4 MB at most, less than the catalog's texts and links. */
const MIN_ITEMS_ABOVE = 50_000;
/** What a shopper's download of a quarter may cost: a fiftieth of NDCG@20. */
const MAX_RELATIVE_LOSS = 0.02;

/** How item vectors ship: 68 bytes an item, or 16 and codebooks. */
export interface ItemEncodingChoice {
  readonly encoding: 'int8' | 'codes';
  /** NDCG@20 of the model as it would ship; absent where the question did not arise. */
  readonly ndcg?: Readonly<Record<'int8' | 'codes', number>>;
}

/**
 * Chooses how a model's items ship: as codes if there are more than 50,000 of them and codes lose at
 * most 2 % of NDCG@20. Where nothing can be measured, as int8 rows.
 *
 * @param trained Trained without the cases that `measureNdcg` asks.
 * @param measureNdcg NDCG@20 of a shipped model on validation cases, 0 if there are none; asked twice at most.
 */
export async function chooseItemEncoding(
  trained: TrainedModel,
  {
    measureNdcg,
    random,
  }: { readonly measureNdcg: (model: Model) => Promise<number> | number; readonly random: Random },
): Promise<ItemEncodingChoice> {
  if (trained.config.numItems <= MIN_ITEMS_ABOVE) return { encoding: 'int8' };
  const int8 = await measureNdcg(shippedModel({ ...trained, codebooks: undefined }));
  if (!(int8 > 0)) return { encoding: 'int8' }; // no cases, or none answered
  const codes = await measureNdcg(shippedModel(withCodebooks(trained, random)));
  return { encoding: codes >= (1 - MAX_RELATIVE_LOSS) * int8 ? 'codes' : 'int8', ndcg: { int8, codes } };
}

/** The model with codebooks of its own item vectors, so that it ships as codes. */
export function withCodebooks(trained: TrainedModel, random: Random): TrainedModel {
  return { ...trained, codebooks: learnCodebooks(trained.itemVectors, { dim: trained.config.dim, random }) };
}
