import { requireNoneHalfApplied } from './decision-file.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { learningFile, loadLearning, startOf } from './learning-file.ts';
import { saveModel } from './model-store.ts';
import { type Publication, publishModel } from './publish.ts';
import type { TrainedModel } from './trained-model.ts';
import { readTrainedShop, type TrainedShop } from './trained-shop.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * The shop as it would be with the model that learning began with, beside the model stored now.
 *
 * @throws {InputError} What {@link readTrainedShop} throws; if nothing was learned since, or a round's application was cut off.
 */
export async function loadStart(
  workspace: ShopWorkspace,
): Promise<{ readonly published: TrainedModel; readonly start: TrainedShop }> {
  const { trained, ...rest } = await readTrainedShop(workspace);
  await requireNoneHalfApplied(workspace);
  const learning = await loadLearning(workspace, trained);
  if (learning) return { published: trained, start: { ...rest, trained: startOf(trained, learning) } };
  throw new InputError(
    'expected a model that has learned from devices, found one that has not; there is nothing to go back to',
  );
}

/**
 * Goes back to the model that learning began with, and forgets what rounds have said. Cut off, it is to be called
 * again and goes on.
 *
 * @throws {InputError} What {@link loadStart} throws.
 * @throws {EdgeError} If the edge refuses.
 */
export async function goBack(workspace: ShopWorkspace, parties: Parties): Promise<Publication> {
  const { trained, record, dataset } = (await loadStart(workspace)).start;
  await saveModel(workspace, trained, record);
  const publication = await publishModel(trained, dataset, leaderShop(parties));
  await learningFile(workspace, trained).remove();
  return publication;
}
