import { type Dataset, readDataset } from './dataset.ts';
import type { Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { judgeRound, type RoundJudgment } from './judge-round.ts';
import { learningFile } from './learning-file.ts';
import { loadModel, type StoredModel } from './model-store.ts';
import type { RoundFile } from './round-file.ts';
import type { ShopWorkspace } from './workspace.ts';

/** The model that a round leads to, judged, beside the one that it would replace. */
export interface ProposedModel extends StoredModel {
  readonly dataset: Dataset;
  readonly judgment: RoundJudgment;
}

/**
 * Takes a released round's sum into what is learned, and judges the model that follows.
 *
 * @throws {InputError} What {@link judgeRound} throws; if the round was applied, refused or tried before: a sum is
 *   used once.
 */
export async function proposeModel(
  workspace: ShopWorkspace,
  round: RoundFile,
  parties: Parties,
): Promise<ProposedModel> {
  // A recovered one that was applied before is about a model that is no longer the published one.
  if (round.outcome.kind !== 'pending' && round.outcome.kind !== 'recovered') {
    throw new InputError(
      `expected a round that was not applied yet, but ${round.taskId} was ${round.outcome.kind}; open another`,
    );
  }
  const dataset = await readDataset(workspace);
  const { trained, record } = await loadModel(workspace);
  const file = learningFile(workspace, trained);
  const judgment = await judgeRound(dataset, trained, { round, parties, learning: await file.load() });
  await file.save(judgment.learning);
  return { dataset, trained, record, judgment };
}
