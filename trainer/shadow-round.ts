import type { Digest, TaskId } from '#protocol/ids.ts';
import { loadCandidate, type ModelToTry, saveCandidate, type TriedModel } from './candidate-file.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { loadStart } from './go-back.ts';
import { InputError } from './input-error.ts';
import { learningFile, loadLearning, nameLearning } from './learning-file.ts';
import { loadModel, saveModel } from './model-store.ts';
import { openRound, type RoundChoices } from './open-round.ts';
import { proposeModel } from './propose-model.ts';
import { currentPublication, type Publication, publishCandidate, requirePublished, stageCandidate } from './publish.ts';
import { readShadow, type ShadowVerdict } from './read-shadow.ts';
import { fetchReleasedSum } from './released-sum.ts';
import { requireNoneWaiting } from './require-none-waiting.ts';
import { type RoundFile, saveRound } from './round-file.ts';
import { taskOf } from './round-ledger.ts';
import { draftShadowEval } from './task-draft.ts';
import type { TrainedModel } from './trained-model.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * Lets devices try the model that a released round leads to: it lies at the edge beside the published one, and a
 * `shadow-eval` round asks where both rank what shoppers really chose.
 *
 * @param round A released `model-update` round that was not applied yet.
 * @throws {InputError} What {@link proposeModel} throws; if another round about the model waits to be applied, or the
 *   budget has no room.
 */
export async function openShadowRound(
  workspace: ShopWorkspace,
  parties: Parties,
  { round, choices }: { readonly round: RoundFile; readonly choices: RoundChoices },
): Promise<RoundFile> {
  const { dataset, trained, record, judgment } = await proposeModel(workspace, round, parties);
  const { learning, next } = judgment;
  if (!learning) {
    throw new InputError(
      'expected a model to try, but held-out orders say already that it is worse; "vitrine round apply" ends its window',
    );
  }
  const tried = { stored: { trained: next, record }, isStart: false as const, learning };
  const trial = { dataset, published: trained, tried, except: round.taskId, choices };
  const shadow = await openTrial(workspace, parties, trial);
  await saveRound(workspace, { ...round, outcome: { kind: 'tried', by: shadow.taskId } });
  return shadow;
}

/**
 * Lets devices compare the published model with the one that learning began with: where held-out customers are not
 * sure after the last round, as they know nothing of what is new since, this decides whether the shop goes back.
 *
 * @throws {InputError} What {@link loadStart} throws; if another round about the model waits to be applied, or the
 *   budget has no room.
 */
export async function openStartTrial(
  workspace: ShopWorkspace,
  parties: Parties,
  choices: RoundChoices,
): Promise<RoundFile> {
  const dataset = await readDataset(workspace);
  const { published, start } = await loadStart(workspace);
  const tried = { stored: start, isStart: true as const };
  return openTrial(workspace, parties, { dataset, published, tried, choices });
}

/** Stages a model beside the published one and asks devices to compare them. */
async function openTrial(
  workspace: ShopWorkspace,
  parties: Parties,
  {
    dataset,
    published,
    tried,
    except,
    choices,
  }: {
    readonly dataset: Dataset;
    readonly published: TrainedModel;
    readonly tried: ModelToTry;
    readonly except?: TaskId | undefined;
    readonly choices: RoundChoices;
  },
): Promise<RoundFile> {
  const { modelDigest } = await requirePublished(published, dataset, leaderShop(parties));
  await requireNoneWaiting(workspace, { modelDigest, kinds: ['model-update', 'shadow-eval'], except });
  const candidate = await stageCandidate(tried.stored.trained, dataset, leaderShop(parties));
  await saveCandidate(workspace, { ...tried, candidate });
  return openRound(workspace, parties, { modelDigest, draft: draftShadowEval(candidate.file), choices });
}

/** What became of a trial. */
export type TrialOutcome =
  /** The round's model is published, and may still await the trial of the start; or it is not. */
  | { readonly kind: 'published'; readonly publication: Publication; readonly awaitsTrial: boolean }
  | { readonly kind: 'refused' }
  /** The shop is back at the model that learning began with, or what was learned stays. */
  | { readonly kind: 'gone-back'; readonly publication: Publication }
  | { readonly kind: 'confirmed' }
  /** Devices have found the start worse than a model that is no longer the published one. */
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
 * was learned stays.
 *
 * @throws {InputError} If the round is of another kind, was applied before, its candidate is gone, or a model was
 *   trained since.
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
  const verdict = readShadow(released);
  const isPublished = tried.isStart ? verdict.says !== 'worse' : verdict.says === 'no-worse';
  const outcome = isPublished
    ? await publishTried(workspace, tried, parties)
    : await keepPublished(workspace, { tried, modelDigest: task.modelDigest, parties });
  await saveRound(workspace, {
    ...round,
    outcome:
      'publication' in outcome ? { kind: 'published', version: outcome.publication.version } : { kind: 'refused' },
  });
  return { count, verdict, outcome };
}

async function publishTried(workspace: ShopWorkspace, tried: TriedModel, parties: Parties): Promise<TrialOutcome> {
  const { candidate, stored, isStart } = tried;
  if (nameLearning((await loadModel(workspace)).trained) !== nameLearning(stored.trained)) {
    throw new InputError(
      'expected the model that devices compared, found one trained since; run "vitrine publish" and open another round',
    );
  }
  await publishCandidate(candidate, await readDataset(workspace), leaderShop(parties));
  await saveModel(workspace, stored.trained, stored.record);
  const { publication } = candidate;
  const file = learningFile(workspace, stored.trained);
  if (isStart) {
    await file.remove();
    return { kind: 'gone-back', publication };
  }
  await file.save(tried.learning);
  return { kind: 'published', publication, awaitsTrial: tried.learning.awaitsTrial };
}

async function keepPublished(
  workspace: ShopWorkspace,
  {
    tried,
    modelDigest,
    parties,
  }: { readonly tried: TriedModel; readonly modelDigest: Digest; readonly parties: Parties },
): Promise<TrialOutcome> {
  if (!tried.isStart) return { kind: 'refused' };
  const { trained } = await loadModel(workspace);
  const published = await currentPublication(leaderShop(parties));
  const learning = await loadLearning(workspace, trained);
  if (!learning || published?.modelDigest !== modelDigest) return { kind: 'outdated' };
  await learningFile(workspace, trained).save({ ...learning, awaitsTrial: false });
  return { kind: 'confirmed' };
}

/** Whether a round asks devices to try a model. */
export function isShadowRound(round: RoundFile): boolean {
  return taskOf(round).kind === 'shadow-eval';
}
