import { toHex } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { ledgerTermsOf } from '#protocol/ledger.ts';
import type { LedgerState } from '#protocol/ledger-state.ts';
import { CLIP_NORM_UNITS, openTask, signTask, TASK_FORMAT, type TaskOf } from '#protocol/task.ts';
import type { Dataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { requirePublished } from './publish.ts';
import type { RoundFile } from './round-file.ts';
import type { TrainedModel } from './trained-model.ts';

/** What a merchant decides about a round. */
export type RoundChoices = Pick<
  TaskOf<'model-update'>,
  | 'rank'
  | 'localSteps'
  | 'localLearningRate'
  | 'clipNorm'
  | 'minBatch'
  | 'maxBatch'
  | 'noiseMultiplier'
  | 'delta'
  | 'minSeparationMs'
  | 'maxParticipations'
  | 'privacyWindowMs'
> & { readonly durationMs: number };

/**
 * Opens a round on the published model: both parties make a key for it, trainer and helper sign the
 * same task, the leader shows it to devices.
 *
 * @throws {InputError} If the trained model is not the published one.
 * @throws {EdgeError} If a party refuses: no second party, a round still open, another model.
 */
export async function openRound(
  dataset: Dataset,
  trained: TrainedModel,
  {
    parties,
    choices,
    ledger,
    onAgreed,
  }: {
    readonly parties: Parties;
    readonly choices: RoundChoices;
    /** All tasks before this one, from `admitRound`. */
    readonly ledger: LedgerState;
    /** Keeps the round: from here on it counts, whether the leader opens it or not. */
    readonly onAgreed: (round: RoundFile) => Promise<void>;
  },
): Promise<RoundFile> {
  const { leader, helper, shop, key } = parties;
  const { manifest, modelDigest } = await requirePublished(trained, dataset, leaderShop(parties));
  const { durationMs, ...agreed } = choices;
  const open = await leader.openTasks();
  if (open.some((envelope) => ledgerTermsOf(envelope).kind === 'model-update')) {
    throw new InputError('expected no open round of kind model-update, found one; close it with "vitrine round close"');
  }
  const openedAtMs = Date.now();
  const task: TaskOf<'model-update'> = {
    format: TASK_FORMAT,
    kind: 'model-update',
    shop,
    modelDigest,
    itemFeatureDigest: await itemFeatureDigest(manifest),
    vdaf: { type: 'UnverifiedVectorSum', length: manifest.config.numGroups * agreed.rank },
    factorSeed: toHex(crypto.getRandomValues(new Uint8Array(32))) as Digest,
    scale: CLIP_NORM_UNITS / agreed.clipNorm,
    ...agreed,
    ledger,
    leader: { origin: leader.origin, ...(await leader.createTaskKey()) },
    helper: { origin: helper.origin, ...(await helper.createTaskKey()) },
    opensAtMs: openedAtMs,
    closesAtMs: openedAtMs + durationMs,
  };
  const envelope = await helper.registerTask(await signTask(task, key));
  const helperKey = await fingerprintOf((await helper.identity()).publicKey);
  const { id } = await openTask(envelope, { shop, trusted: [key.fingerprint, helperKey] });
  const round: RoundFile = { taskId: id, envelope, openedAtMs, numSimulated: 0, outcome: { kind: 'pending' } };
  await onAgreed(round);
  await leader.registerTask(envelope);
  return round;
}
