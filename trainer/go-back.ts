import { readDataset } from './dataset.ts';
import { requireNoneHalfApplied } from './decision-file.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { learningFile, loadLearning, startOf } from './learning-file.ts';
import { loadModel, type StoredModel, saveModel } from './model-store.ts';
import { type Publication, publishModel } from './publish.ts';
import type { TrainedModel } from './trained-model.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * The model that learning began with, as it would be stored, beside the one stored now.
 *
 * @throws {InputError} If nothing was learned since, or a round's application was cut off.
 */
export async function loadStart(
  workspace: ShopWorkspace,
): Promise<{ readonly published: TrainedModel; readonly start: StoredModel }> {
  const { trained, record } = await loadModel(workspace);
  await requireNoneHalfApplied(workspace);
  const learning = await loadLearning(workspace, trained);
  if (learning) return { published: trained, start: { trained: startOf(trained, learning), record } };
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
  const { trained, record } = (await loadStart(workspace)).start;
  await saveModel(workspace, trained, record);
  const publication = await publishModel(trained, await readDataset(workspace), leaderShop(parties));
  await learningFile(workspace, trained).remove();
  return publication;
}
