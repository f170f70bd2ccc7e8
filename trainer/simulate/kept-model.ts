import { join } from 'node:path';
import { CheckpointFile, nameTraining } from '#trainer/checkpoint-file.ts';
import { type TrainOptions, train } from '#trainer/train.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import type { Records } from './simulated-shop.ts';

/**
 * Trains a model, or reads it from `folder` if it was trained there on the same records with the same options.
 *
 * @param name Of its files in the folder.
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
  const kept = new CheckpointFile<TrainedModel>(join(folder, `${name}.model`), training);
  const found = await kept.load();
  if (found) return found;
  const files = { textCacheFile: join(folder, 'texts.cache'), checkpointFile: join(folder, `${name}.checkpoint`) };
  const { trained } = await train(dataset, { ...options, ...files }, selection);
  await kept.save(trained);
  return trained;
}
