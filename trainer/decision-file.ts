import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskId } from '#protocol/ids.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { ifExists } from './if-exists.ts';
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

const NAME = 'decision.state';

/** Whether the application of any round was cut off. */
export async function isDecisionKept({ modelDir }: ShopWorkspace): Promise<boolean> {
  return (await ifExists(join(modelDir, NAME), (path) => stat(path))) !== undefined;
}

/** @throws {InputError} If the application of a round was cut off. */
export async function requireNoneHalfApplied(workspace: ShopWorkspace): Promise<void> {
  if (!(await isDecisionKept(workspace))) return;
  throw new InputError(
    'expected no round half applied, found one whose application was cut off; run "vitrine round apply" again first',
  );
}

/** What was decided about the model before means nothing to a new one. */
export async function forgetDecision({ modelDir }: ShopWorkspace): Promise<void> {
  await rm(join(modelDir, NAME), { force: true });
}

/**
 * Where the application of a round that was cut off goes on: the model, its publication and what is learned are
 * three places, and a round whose model is out cannot be judged again.
 *
 * @param trained As stored, from before the round or from it.
 */
export function decisionFile(
  { modelDir }: ShopWorkspace,
  trained: TrainedModel,
  round: TaskId,
): CheckpointFile<Decision> {
  return new CheckpointFile(join(modelDir, NAME), `${round} ${nameLearning(trained)}`);
}
