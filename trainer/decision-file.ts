import { join } from 'node:path';
import type { TaskId } from '#protocol/ids.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { InputError } from './input-error.ts';
import type { RoundJudgment } from './judge-round.ts';
import { nameLearning } from './learning-file.ts';
import type { TrainedModel } from './trained-model.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What is decided of a round before anything is changed. */
export interface Decision {
  readonly judgment: RoundJudgment;
  /** Whether the shop gets another model by it. */
  readonly isChange: boolean;
}

/** Whether the application of any round was cut off. */
export function isDecisionKept(workspace: ShopWorkspace): Promise<boolean> {
  return fileOf(workspace, 'any').exists();
}

/** @throws {InputError} If the application of a round was cut off. */
export async function requireNoneHalfApplied(workspace: ShopWorkspace): Promise<void> {
  if (!(await isDecisionKept(workspace))) return;
  throw new InputError(
    'expected no round half applied, found one whose application was cut off; run "vitrine round apply" again first',
  );
}

/** What was decided about the model before means nothing to a new one. */
export function forgetDecision(workspace: ShopWorkspace): Promise<void> {
  return fileOf(workspace, 'any').remove();
}

/**
 * Where the application of a round that was cut off goes on: the model, its publication and what is learned are
 * three places, and a round whose model is out cannot be judged again.
 *
 * @param trained As stored, from before the round or from it.
 */
export function decisionFile(workspace: ShopWorkspace, trained: TrainedModel, round: TaskId): CheckpointFile<Decision> {
  return fileOf(workspace, `${round} ${nameLearning(trained)}`);
}

/** @param name What the decision is about, to read it. */
function fileOf({ modelDir }: ShopWorkspace, name: string): CheckpointFile<Decision> {
  return new CheckpointFile(join(modelDir, 'decision.state'), name);
}
