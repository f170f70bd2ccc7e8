import { seededRandom } from '#trainer/seeded-random.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import { randomModel, spread } from '../model/random-model.ts';

/** A trained model of random weights, the same for one `seed`. */
export function randomTrained(seed: number, overrides: Partial<TrainedModel['config']> = {}): TrainedModel {
  const model = randomModel(seed, overrides);
  const { numItems, dim } = model.config;
  const { offsets, rows, weights } = model.neighbors;
  const random = seededRandom(seed + 7);
  const words = [...model.words.rowOf.keys()];
  return {
    config: model.config,
    itemVectors: spread(numItems * dim, 1.5, random),
    encoder: model.encoder,
    neighbors: { offsets, rows, weights },
    popularity: model.popularity,
    words,
    wordVectors: spread(words.length * dim, 0.9, random),
    rareWords: model.words.itemsOf,
    groups: model.groups,
  };
}
