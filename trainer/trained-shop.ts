import { type Dataset, readDataset } from './dataset.ts';
import { InputError } from './input-error.ts';
import { itemsDigest, loadModel, type ModelRecord, type StoredModel } from './model-store.ts';
import type { ShopWorkspace } from './workspace.ts';

/** A shop's model and the data whose items are its rows. */
export interface TrainedShop extends StoredModel {
  readonly dataset: Dataset;
}

/**
 * Reads a shop's trained model and its dataset. Prices, titles and orders may be newer than the model, items may not.
 *
 * @throws {InputError} If either is missing or damaged, or another catalog was imported since: every vector would
 *   stand for another item.
 */
export async function readTrainedShop(workspace: ShopWorkspace): Promise<TrainedShop> {
  const dataset = await readDataset(workspace);
  const { trained, record } = await loadModel(workspace);
  requireSameItems(workspace, dataset, record);
  return { dataset, trained, record };
}

/** @throws {InputError} If a model was trained on other items than the dataset has. */
export function requireSameItems(workspace: ShopWorkspace, dataset: Dataset, record: ModelRecord): void {
  if (record.itemsDigest === itemsDigest(dataset.items)) return;
  throw new InputError(
    `expected the model to be trained on the ${dataset.items.length} items of ${workspace.catalogFile} in their order, it was trained on others; run "vitrine train" for shop ${workspace.shop} first`,
  );
}
