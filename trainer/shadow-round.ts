import type { TaskId } from '#protocol/ids.ts';
import { type ModelToTry, saveCandidate } from './candidate-file.ts';
import type { Dataset } from './dataset.ts';
import { requireNoneHalfApplied } from './decision-file.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { loadStart } from './go-back.ts';
import { InputError } from './input-error.ts';
import { openRound, type RoundChoices } from './open-round.ts';
import { proposeModel } from './propose-model.ts';
import { requirePublished, stageCandidate } from './publish.ts';
import { requireNoneWaiting } from './require-none-waiting.ts';
import { type RoundFile, saveRound } from './round-file.ts';
import { summaryOf } from './round-ledger.ts';
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
  await requireNoneHalfApplied(workspace);
  const { dataset, trained, record, judgment } = await proposeModel(workspace, round, parties);
  const { learning, next } = judgment;
  if (!learning) {
    throw new InputError(
      'expected a model to try, but held-out orders say already that it is worse; "vitrine round apply" ends its window',
    );
  }
  const tried = { stored: { trained: next, record }, isStart: false as const, round: round.taskId, learning };
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
  const { published, start } = await loadStart(workspace);
  const { dataset, ...stored } = start;
  const tried = { stored, isStart: true as const };
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

/** Whether a round asks devices to try a model. */
export function isShadowRound(round: RoundFile): boolean {
  return summaryOf(round).kind === 'shadow-eval';
}
