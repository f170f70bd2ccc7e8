import { join } from 'node:path';
import { readDataset } from './dataset.ts';
import { forgetDecision } from './decision-file.ts';
import { splitCustomers } from './held-out-customers.ts';
import { learningFile } from './learning-file.ts';
import { datasetDigest, itemsDigest, saveModel } from './model-store.ts';
import { type TrainProgress, type TrainResult, train } from './train.ts';
import type { ShopWorkspace } from './workspace.ts';

const MINUTE_MS = 60_000;

export interface TrainShopOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly minCustomers: number;
  readonly onProgress: (progress: TrainProgress) => void;
}

/** Trains a shop's model on its imported dataset, held-out customers excepted, and stores it. */
export async function trainShop(
  workspace: ShopWorkspace,
  { minutes, seed, minCustomers, onProgress }: TrainShopOptions,
): Promise<TrainResult> {
  const { known } = splitCustomers(await readDataset(workspace));
  const digest = await datasetDigest(workspace); // now: another import may come while it trains
  const result = await train(known, {
    maxMs: minutes * MINUTE_MS,
    seed,
    minCustomers,
    textCacheFile: textCacheFile(workspace),
    checkpointFile: checkpointFile(workspace),
    onProgress,
  });
  // What rounds have said was about the model before. First, or a training cut off here would leave it in the way.
  await learningFile(workspace, result.trained).remove();
  await forgetDecision(workspace);
  await saveModel(workspace, result.trained, {
    datasetDigest: digest,
    itemsDigest: itemsDigest(known.items),
    backend: result.backend.description,
    trainSeconds: result.trainSeconds,
    seed,
    minCustomers,
  });
  return result;
}

/** Where text vectors are kept between trainings. */
export function textCacheFile(workspace: ShopWorkspace): string {
  return join(workspace.modelDir, 'text-vectors.cache');
}

/** Where an interrupted training goes on. */
export function checkpointFile(workspace: ShopWorkspace): string {
  return join(workspace.modelDir, 'training.checkpoint');
}
