import type { Digest } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { ledgerTermsOf } from '#protocol/ledger.ts';
import { openTask, signTask, TASK_FORMAT, type Task, type TaskKind } from '#protocol/task.ts';
import { admitRound } from './admit-round.ts';
import { readBudget } from './budget-file.ts';
import type { Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { DAY_MS } from './privacy-budget.ts';
import { type RoundFile, saveRound } from './round-file.ts';
import type { TaskDraft } from './task-draft.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What a merchant decides about a round of any kind; delta and window are the budget's. */
export interface RoundChoices
  extends Pick<Task, 'minBatch' | 'maxBatch' | 'noiseMultiplier' | 'minSeparationMs' | 'maxParticipations'> {
  readonly durationMs: number;
}

/**
 * Opens a round: it is admitted by the budget, both parties make a key for it, trainer and helper sign the same
 * task, the leader shows it to devices.
 *
 * The round is kept as soon as the helper has signed it: from then on it counts, whether the leader opens it or not.
 *
 * @param modelDigest Of the published model that devices must be using.
 * @throws {InputError} If it would pass the budget, a round of this kind is open, or the helper signs another task.
 * @throws {EdgeError} If a party refuses: no second party, another ledger, another model.
 */
export async function openRound(
  workspace: ShopWorkspace,
  parties: Parties,
  {
    modelDigest,
    draft,
    choices,
  }: { readonly modelDigest: Digest; readonly draft: TaskDraft; readonly choices: RoundChoices },
): Promise<RoundFile> {
  const { leader, helper, shop, key, publishers } = parties;
  const { durationMs, ...bounds } = choices;
  const { delta, windowDays } = await readBudget(workspace);
  const opensAtMs = Date.now();
  const terms = {
    ...bounds,
    privacyWindowMs: Math.round(windowDays * DAY_MS),
    opensAtMs,
    closesAtMs: opensAtMs + durationMs,
  };
  await requireNoneOpen(parties, draft.kind);
  const { ledger } = await admitRound(workspace, parties, { kind: draft.kind, ...terms });
  const task: Task = {
    format: TASK_FORMAT,
    shop,
    modelDigest,
    ...draft,
    ...terms,
    delta,
    ledger,
    leader: { origin: leader.origin, ...(await leader.createTaskKey()) },
    helper: { origin: helper.origin, ...(await helper.createTaskKey()) },
  };
  const signed = await signTask(task, key);
  const envelope = await helper.registerTask(signed);
  if (envelope.payload !== signed.payload) {
    throw new InputError(
      `expected the helper at ${helper.origin} to sign the task it was sent, came another; ask its operator`,
    );
  }
  const helperKey = await fingerprintOf((await helper.identity()).publicKey);
  const { id } = await openTask(envelope, { shop, trusted: [publishers, helperKey] });
  const round: RoundFile = {
    taskId: id,
    envelope,
    openedAtMs: opensAtMs,
    numSimulated: 0,
    outcome: { kind: 'pending' },
  };
  await saveRound(workspace, round);
  await leader.registerTask(envelope);
  return round;
}

/** Asked before the helper signs: a task that the leader refuses would count all the same. */
async function requireNoneOpen({ leader }: Parties, kind: TaskKind): Promise<void> {
  const open = await leader.openTasks();
  if (open.every((envelope) => ledgerTermsOf(envelope).kind !== kind)) return;
  throw new InputError(`expected no open round of kind ${kind}, found one; close it with "vitrine round close"`);
}
