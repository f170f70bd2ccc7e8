import type { Task } from '#protocol/task.ts';
import { loadCandidate, saveCandidate, type TriedModel } from './candidate-file.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { loadStart } from './go-back.ts';
import { InputError } from './input-error.ts';
import { learningFile, loadLearning, takeBack } from './learning-file.ts';
import { loadModel, type StoredModel, saveModel } from './model-store.ts';
import { openRound, type RoundChoices } from './open-round.ts';
import { proposeModel } from './propose-model.ts';
import { currentPublication, type Publication, publishCandidate, requirePublished, stageCandidate } from './publish.ts';
import { readShadow, type ShadowVerdict } from './read-shadow.ts';
import { fetchReleasedSum } from './released-sum.ts';
import { listRounds, type RoundFile, saveRound } from './round-file.ts';
import { taskOf } from './round-ledger.ts';
import { draftShadowEval } from './task-draft.ts';
import type { TrainedModel } from './trained-model.ts';
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
  const stored = { trained: judgment.next, record };
  const shadow = await openTrial(workspace, parties, { dataset, published: trained, stored, isStart: false, choices });
  await saveRound(workspace, { ...round, outcome: { kind: 'tried', by: shadow.taskId } });
  return shadow;
}

/**
 * Lets devices compare the published model with the one that learning began with: where held-out customers are not
 * sure after the last round, as they know nothing of what is new since, this decides whether the shop goes back.
 *
 * @throws {InputError} If nothing was learned since the last training, or a round of kind shadow-eval is open.
 */
export async function openStartTrial(
  workspace: ShopWorkspace,
  parties: Parties,
  choices: RoundChoices,
): Promise<RoundFile> {
  const dataset = await readDataset(workspace);
  const { published, start } = await loadStart(workspace);
  return openTrial(workspace, parties, { dataset, published, stored: start, isStart: true, choices });
}

/** Stages a model beside the published one and asks devices to compare them. */
async function openTrial(
  workspace: ShopWorkspace,
  parties: Parties,
  {
    dataset,
    published,
    stored,
    isStart,
    choices,
  }: {
    readonly dataset: Dataset;
    readonly published: TrainedModel;
    readonly stored: StoredModel;
    readonly isStart: boolean;
    readonly choices: RoundChoices;
  },
): Promise<RoundFile> {
  const { modelDigest } = await requirePublished(published, dataset, leaderShop(parties));
  const candidate = await stageCandidate(stored.trained, dataset, leaderShop(parties));
  await saveCandidate(workspace, { candidate, stored, isStart });
  return openRound(workspace, parties, { modelDigest, draft: draftShadowEval(candidate.file), choices });
}

/** What devices said of a candidate, and what came of it. */
export interface AppliedShadow {
  readonly count: number;
  readonly verdict: ShadowVerdict;
  readonly publication: Publication | undefined;
}

/**
 * Publishes the candidate of a released `shadow-eval` round, or keeps the published model.
 *
 * One that a round leads to is published if devices find it no worse; else what the round said is taken back. To the
 * one that learning began with the shop goes back, and forgets what was learned, unless devices find it worse; else
 * what was learned is decided on.
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
  const tried = await loadCandidate(workspace, task.candidate.digest);
  const verdict = readShadow(released);
  const isPublished = tried.isStart ? verdict.says !== 'worse' : verdict.says === 'no-worse';
  if (isPublished) await publishTried(workspace, tried, parties);
  else if (tried.isStart) await confirmLearning(workspace, task, parties);
  else await takeBackRound(workspace, tried, round);
  const { publication } = tried.candidate;
  await saveRound(workspace, {
    ...round,
    outcome: isPublished ? { kind: 'published', version: publication.version } : { kind: 'refused' },
  });
  return { count: released.count, verdict, publication: isPublished ? publication : undefined };
}

async function publishTried(
  workspace: ShopWorkspace,
  { candidate, stored: { trained, record }, isStart }: TriedModel,
  parties: Parties,
): Promise<void> {
  await publishCandidate(candidate, await readDataset(workspace), leaderShop(parties));
  await saveModel(workspace, trained, record);
  if (isStart) await learningFile(workspace, trained).remove();
}

/** Unless more was learned since: then devices have spoken of a model that is gone. */
async function confirmLearning(
  workspace: ShopWorkspace,
  { modelDigest }: Pick<Task, 'modelDigest'>,
  parties: Parties,
): Promise<void> {
  const { trained } = await loadModel(workspace);
  const published = await currentPublication(leaderShop(parties));
  const learning = await loadLearning(workspace, trained);
  if (!learning || published?.modelDigest !== modelDigest) return;
  await learningFile(workspace, trained).save({ ...learning, verdict: 'no-worse' });
}

async function takeBackRound(workspace: ShopWorkspace, { stored }: TriedModel, shadow: RoundFile): Promise<void> {
  const rounds = await listRounds(workspace);
  const tried = rounds.find(({ outcome }) => outcome.kind === 'tried' && outcome.by === shadow.taskId);
  await takeBack(workspace, stored.trained, tried?.taskId);
}

/** Whether a round asks devices to try a model. */
export function isShadowRound(round: RoundFile): boolean {
  return taskOf(round).kind === 'shadow-eval';
}
