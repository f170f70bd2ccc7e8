import { join } from 'node:path';
import { CheckpointFile, nameTraining } from '#trainer/checkpoint-file.ts';
import { type TrainOptions, train } from '#trainer/train.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import type { Records } from './simulated-shop.ts';

/**
 * Trains a model, or reads it from `folder` if it was trained there on the same records with the same options;
 * others that lie there stay.
 *
 * @param name Of its files in the folder, beside the training's.
 */
export async function modelOf(
  { dataset, selection }: Records,
  {
    name,
    folder,
    ...options
  }: Omit<TrainOptions, 'textCacheFile' | 'checkpointFile'> & { readonly name: string; readonly folder: string },
): Promise<TrainedModel> {
  const { seed, minCustomers, maxMs } = options;
  const training = nameTraining(dataset, { seed, minCustomers, maxMs });
  const path = join(folder, `${name}-${training.slice(0, 12)}`);
  const kept = new CheckpointFile<TrainedModel>(`${path}.model`, training);
  const found = await kept.load();
  if (found) return found;
  const files = { textCacheFile: join(folder, 'texts.cache'), checkpointFile: `${path}.checkpoint` };
  const { trained } = await train(dataset, { ...options, ...files }, selection);
  await kept.save(trained);
  return trained;
}
