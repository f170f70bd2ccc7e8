import { epsilonOfInverseVariance, inverseVarianceOf } from '#privacy/compose-releases.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { parseJson } from '#protocol/parse.ts';
import { type Task, TaskSchema } from '#protocol/task.ts';
import { InputError } from './input-error.ts';
import { findRound, listRounds, type RoundFile } from './round-file.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Epsilon spent by a device that took part in every round, however the rounds ended. */
export interface LedgerFigures {
  readonly numRounds: number;
  /** Of the latest round alone. */
  readonly latestEpsilon: number;
  readonly totalEpsilon: number;
  readonly delta: number;
}

/** The task inside a stored round: signed by us, so read without checking again. */
export function taskOf({ envelope }: RoundFile): Task {
  return parseJson(TaskSchema, fromBase64Url(envelope.payload), 'task-invalid');
}

/**
 * The latest round of kind `model-update`, or the one named, of whatever kind.
 *
 * @throws {InputError} If there is none.
 */
export async function findUpdateRound(workspace: ShopWorkspace, taskId?: string): Promise<RoundFile> {
  if (taskId !== undefined) return findRound(workspace, taskId);
  const latest = (await listRounds(workspace)).findLast((round) => taskOf(round).kind === 'model-update');
  if (latest) return latest;
  throw new InputError(
    `expected a round of kind model-update of shop ${workspace.shop}, found none; run "vitrine round open" first`,
  );
}

/**
 * Adds rounds up, as one device in all of them would spend. Delta is the smallest that any round states.
 *
 * @param rounds At least one, oldest first.
 */
export function ledgerFigures(rounds: readonly RoundFile[]): LedgerFigures {
  const tasks = rounds.map(taskOf);
  const delta = Math.min(...tasks.map((task) => task.delta));
  const epsilonOver = (composed: readonly Task[]): number => {
    const noiseMultipliers = composed.map(({ noiseMultiplier }) => noiseMultiplier);
    return epsilonOfInverseVariance(inverseVarianceOf(noiseMultipliers), delta);
  };
  return {
    numRounds: rounds.length,
    latestEpsilon: epsilonOver(tasks.slice(-1)),
    totalEpsilon: epsilonOver(tasks),
    delta,
  };
}
