import { loadCandidate, saveCandidate } from './candidate-file.ts';
import { readDataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { takeBack } from './learning-file.ts';
import { saveModel } from './model-store.ts';
import { openRound, type RoundChoices } from './open-round.ts';
import { proposeModel } from './propose-model.ts';
import { type Publication, publishCandidate, requirePublished, stageCandidate } from './publish.ts';
import { readShadow, type ShadowVerdict } from './read-shadow.ts';
import { fetchReleasedSum } from './released-sum.ts';
import { listRounds, type RoundFile, saveRound } from './round-file.ts';
import { taskOf } from './round-ledger.ts';
import { draftShadowEval } from './task-draft.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * Lets devices try the model that a released round leads to: it lies at the edge beside the published one, and a
 * `shadow-eval` round asks where both rank what shoppers really chose.
 *
 * @param round A released `model-update` round that was not applied yet.
 * @throws {InputError} What {@link proposeModel} throws; if a round of kind shadow-eval is open.
 */
export async function openShadowRound(
  workspace: ShopWorkspace,
  parties: Parties,
  { round, choices }: { readonly round: RoundFile; readonly choices: RoundChoices },
): Promise<RoundFile> {
  const { dataset, trained, record, judgment, learning } = await proposeModel(workspace, round, parties);
  if (!judgment.learning) {
    throw new InputError(
      'expected a model to try, but held-out orders say already that it is worse; "vitrine round apply" ends its window',
    );
  }
  await learning.save(judgment.learning);
  const { modelDigest } = await requirePublished(trained, dataset, leaderShop(parties));
  const candidate = await stageCandidate(judgment.next, dataset, leaderShop(parties));
  await saveCandidate(workspace, { candidate, trained: judgment.next, record });
  const shadow = await openRound(workspace, parties, { modelDigest, draft: draftShadowEval(candidate.file), choices });
  await saveRound(workspace, { ...round, outcome: { kind: 'tried', by: shadow.taskId } });
  return shadow;
}

/** What devices said of a candidate, and what came of it. */
export interface AppliedShadow {
  readonly count: number;
  readonly verdict: ShadowVerdict;
  readonly publication: Publication | undefined;
}

/**
 * Publishes the candidate of a released `shadow-eval` round, if devices say that it is no worse; else the published
 * model stays, and what the round said that led to the candidate is taken back.
 *
 * @throws {InputError} If the round is of another kind, was applied before, or its candidate is gone.
 */
export async function applyShadowRound(
  workspace: ShopWorkspace,
  round: RoundFile,
  parties: Parties,
): Promise<AppliedShadow> {
  if (round.outcome.kind !== 'pending') {
    throw new InputError(`expected a round that was not applied yet, but ${round.taskId} was ${round.outcome.kind}`);
  }
  const released = await fetchReleasedSum(round, parties);
  const { task } = released;
  if (task.kind !== 'shadow-eval') throw new InputError(`expected a round of kind shadow-eval, got ${task.kind}`);
  const { candidate, stored } = await loadCandidate(workspace, task.candidate.digest);
  const verdict = readShadow(released);
  if (verdict.isPromoted) {
    await publishCandidate(candidate, await readDataset(workspace), leaderShop(parties));
    await saveModel(workspace, stored.trained, stored.record);
  } else {
    const rounds = await listRounds(workspace);
    const tried = rounds.find(({ outcome }) => outcome.kind === 'tried' && outcome.by === round.taskId);
    await takeBack(workspace, stored.trained, tried?.taskId);
  }
  const { publication } = candidate;
  await saveRound(workspace, {
    ...round,
    outcome: verdict.isPromoted ? { kind: 'published', version: publication.version } : { kind: 'refused' },
  });
  return { count: released.count, verdict, publication: verdict.isPromoted ? publication : undefined };
}

/** Whether a round asks devices to try a model. */
export function isShadowRound(round: RoundFile): boolean {
  return taskOf(round).kind === 'shadow-eval';
}
