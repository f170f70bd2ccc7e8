import * as v from 'valibot';
import { epsilonOfInverseVariance, inverseVarianceOf } from '#privacy/compose-releases.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { DigestSchema, PositiveSchema } from '#protocol/ids.ts';
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

/** What counts of every round, whichever release has opened it. */
const RoundSummarySchema = v.object({
  kind: v.string(),
  modelDigest: DigestSchema,
  noiseMultiplier: PositiveSchema,
  delta: PositiveSchema,
});
export type RoundSummary = v.InferOutput<typeof RoundSummarySchema>;

/** What a stored round's task says that counts for later ones: an earlier release's task has other fields besides. */
export function summaryOf({ envelope }: RoundFile): RoundSummary {
  return parseJson(RoundSummarySchema, fromBase64Url(envelope.payload), 'task-invalid');
}

/**
 * The task inside a stored round: signed by us, so read without checking again.
 *
 * @throws {InputError} If an earlier release has opened it; see {@link summaryOf}.
 */
export function taskOf({ taskId, envelope }: RoundFile): Task {
  try {
    return parseJson(TaskSchema, fromBase64Url(envelope.payload), 'task-invalid');
  } catch (cause) {
    throw new InputError(
      `expected a round that this release can read, found that an earlier one has opened ${taskId}; end it with "vitrine round close --give-up --task ${taskId}"`,
      { cause },
    );
  }
}

/**
 * The latest round of kind `model-update`, or the one named, of whatever kind.
 *
 * @throws {InputError} If there is none.
 */
export async function findUpdateRound(workspace: ShopWorkspace, taskId?: string): Promise<RoundFile> {
  if (taskId !== undefined) return findRound(workspace, taskId);
  const latest = (await listRounds(workspace)).findLast((round) => summaryOf(round).kind === 'model-update');
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
  const terms = rounds.map(summaryOf);
  const delta = Math.min(...terms.map((round) => round.delta));
  const epsilonOver = (composed: readonly RoundSummary[]): number => {
    const noiseMultipliers = composed.map(({ noiseMultiplier }) => noiseMultiplier);
    return epsilonOfInverseVariance(inverseVarianceOf(noiseMultipliers), delta);
  };
  return {
    numRounds: rounds.length,
    latestEpsilon: epsilonOver(terms.slice(-1)),
    totalEpsilon: epsilonOver(terms),
    delta,
  };
}
