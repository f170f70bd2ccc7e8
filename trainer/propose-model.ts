import type { CheckpointFile } from './checkpoint-file.ts';
import { type Decision, decisionFile, isDecisionKept } from './decision-file.ts';
import type { Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { judgeRound } from './judge-round.ts';
import { type Learning, learningFile, loadLearning } from './learning-file.ts';
import { requireNoneWaiting } from './require-none-waiting.ts';
import { listRounds, type RoundFile } from './round-file.ts';
import { taskOf } from './round-ledger.ts';
import { readTrainedShop, type TrainedShop } from './trained-shop.ts';
import type { ShopWorkspace } from './workspace.ts';

/** The model that a round leads to, judged, beside the one that it would replace. */
export interface ProposedModel extends TrainedShop, Decision {
  /** Where what is learned is kept, once it is decided what becomes of the proposal. */
  readonly learning: CheckpointFile<Learning>;
  /** Where the decision is kept while it is carried out. */
  readonly decision: CheckpointFile<Decision>;
}

/**
 * Judges the model that follows from a released round's sum, or says what was decided if its application was cut
 * off. Changes nothing.
 *
 * @throws {InputError} What {@link readTrainedShop} and {@link judgeRound} throw; if the round was applied, refused or tried before: a sum is
 *   used once, unless its trial failed; if a trial of the published model waits to be applied.
 */
export async function proposeModel(
  workspace: ShopWorkspace,
  round: RoundFile,
  parties: Parties,
): Promise<ProposedModel> {
  // What was decided is carried out, whatever the round says already.
  const isCutOff = await isDecisionKept(workspace);
  if (!isCutOff) await requireUnused(workspace, round);
  const { dataset, trained, record } = await readTrainedShop(workspace);
  const learning = learningFile(workspace, trained);
  const decision = decisionFile(workspace, trained, round.taskId);
  let decided = await decision.load();
  if (!decided) {
    if (isCutOff) await requireUnused(workspace, round); // another round's application was
    const { modelDigest } = taskOf(round);
    await requireNoneWaiting(workspace, { modelDigest, kinds: ['shadow-eval'] });
    const judgment = await judgeRound(dataset, trained, {
      round,
      parties,
      learning: await loadLearning(workspace, trained),
    });
    decided = { judgment, isChange: judgment.next.itemVectors !== trained.itemVectors };
  }
  return { dataset, trained, record, learning, decision, ...decided };
}

/** Applied, refused or being tried: once is enough. A trial that failed does not count. */
async function requireUnused(workspace: ShopWorkspace, { taskId, outcome }: RoundFile): Promise<void> {
  // A recovered one that was applied before is about a model that is no longer the published one.
  if (outcome.kind === 'pending' || outcome.kind === 'recovered') return;
  if (outcome.kind === 'tried') {
    const trial = (await listRounds(workspace)).find((other) => other.taskId === outcome.by);
    if (trial?.outcome.kind === 'failed') return;
  }
  throw new InputError(`expected a round that was not applied yet, but ${taskId} was ${outcome.kind}; open another`);
}
