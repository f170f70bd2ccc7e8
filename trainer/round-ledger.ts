import { epsilonOfInverseVariance, inverseVarianceOf } from '#privacy/compose-releases.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { parseJson } from '#protocol/parse.ts';
import { type Task, TaskSchema } from '#protocol/task.ts';
import type { RoundFile } from './round-file.ts';

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
