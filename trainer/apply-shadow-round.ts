import type { Digest } from '#protocol/ids.ts';
import { loadCandidate, type TriedModel } from './candidate-file.ts';
import { readDataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { awaitsTrial, learningFile, loadLearning, nameLearning } from './learning-file.ts';
import { loadModel, saveModel } from './model-store.ts';
import { currentPublication, type Publication, publishCandidate } from './publish.ts';
import { readShadow, type ShadowVerdict } from './read-shadow.ts';
import { fetchReleasedSum } from './released-sum.ts';
import { listRounds, type RoundFile, saveRound } from './round-file.ts';
import { requireSameItems } from './trained-shop.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What became of a trial. */
export type TrialOutcome =
  /** The round's model is published, and may still await the trial of the start; or it is not. */
  | { readonly kind: 'published'; readonly publication: Publication; readonly awaitsTrial: boolean }
  | { readonly kind: 'refused' }
  /** The shop is back at the model that learning began with, or what was learned stays. */
  | { readonly kind: 'gone-back'; readonly publication: Publication }
  | { readonly kind: 'confirmed' }
  /** Devices have compared a candidate with a model that is no longer the published one. */
  | { readonly kind: 'outdated' };

/** What devices said of a candidate, and what came of it. */
export interface AppliedShadow {
  readonly count: number;
  readonly verdict: ShadowVerdict;
  readonly outcome: TrialOutcome;
}

/**
 * Publishes the candidate of a released `shadow-eval` round, or keeps the published model.
 *
 * One that a round leads to is published if devices find it no worse; else the round has taught nothing. To the one
 * that learning began with the shop goes back, and forgets what was learned, unless devices find it worse; else what
 * was learned stays. Cut off, it is to be called again and goes on.
 *
 * @throws {InputError} What {@link requireSameItems} throws; if the round is of another kind, was applied before, its
 *   candidate is gone, or a model was trained since.
 * @throws {EdgeError} If the edge refuses.
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
  const { task, count } = released;
  if (task.kind !== 'shadow-eval') throw new InputError(`expected a round of kind shadow-eval, got ${task.kind}`);
  const tried = await loadCandidate(workspace, task.candidate.digest);
  await noteTried(workspace, tried, round);
  const verdict = readShadow(released);
  const outcome = (await isOutdated(tried, task.modelDigest, parties))
    ? ({ kind: 'outdated' } as const)
    : await carryOut(workspace, { tried, verdict, parties });
  const version = 'publication' in outcome ? outcome.publication.version : undefined;
  await saveRound(workspace, { ...round, outcome: version ? { kind: 'published', version } : { kind: 'refused' } });
  return { count, verdict, outcome };
}

/** Once more: what opened the trial may have been cut off before. */
async function noteTried(workspace: ShopWorkspace, tried: TriedModel, shadow: RoundFile): Promise<void> {
  if (tried.isStart) return;
  const led = (await listRounds(workspace)).find(({ taskId }) => taskId === tried.round);
  if (led?.outcome.kind === 'pending') {
    await saveRound(workspace, { ...led, outcome: { kind: 'tried', by: shadow.taskId } });
  }
}

/** Whether something else was published since, and not the candidate itself by an application that was cut off. */
async function isOutdated({ candidate }: TriedModel, compared: Digest, parties: Parties): Promise<boolean> {
  const published = await currentPublication(leaderShop(parties));
  return published?.modelDigest !== compared && published?.manifest.version !== candidate.publication.version;
}

async function carryOut(
  workspace: ShopWorkspace,
  {
    tried,
    verdict: { says },
    parties,
  }: { readonly tried: TriedModel; readonly verdict: ShadowVerdict; readonly parties: Parties },
): Promise<TrialOutcome> {
  const { candidate, stored, isStart } = tried;
  const { publication } = candidate;
  const { trained, record } = await loadModel(workspace);
  if (nameLearning(trained) !== nameLearning(stored.trained)) {
    throw new InputError(
      'expected the model that devices compared, found one trained since; run "vitrine publish", which settles the trial',
    );
  }
  const file = learningFile(workspace, trained);
  if (isStart && says === 'worse') {
    const learning = await loadLearning(workspace, trained);
    if (learning) await file.save({ ...learning, isUndecided: false });
    return { kind: 'confirmed' };
  }
  if (!isStart && says !== 'no-worse') return { kind: 'refused' };
  const dataset = await readDataset(workspace);
  requireSameItems(workspace, dataset, record);
  await publishCandidate(candidate, dataset, leaderShop(parties));
  await saveModel(workspace, stored.trained, stored.record);
  if (isStart) {
    await file.remove();
    return { kind: 'gone-back', publication };
  }
  await file.save(tried.learning);
  return { kind: 'published', publication, awaitsTrial: awaitsTrial(tried.learning) };
}
