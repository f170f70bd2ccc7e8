import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { CLIP_NORM_UNITS, openTask, signTask, TASK_FORMAT, type Task } from '#protocol/task.ts';
import { chooseFactor } from './choose-factor.ts';
import type { Dataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { requirePublished } from './publish.ts';
import type { RoundFile } from './round-file.ts';
import type { TrainedModel } from './trained-model.ts';

/** What a merchant decides about a round. */
export type RoundChoices = Pick<
  Task,
  | 'rank'
  | 'clipNorm'
  | 'minBatch'
  | 'maxBatch'
  | 'noiseMultiplier'
  | 'delta'
  | 'minSeparationMs'
  | 'maxParticipations'
  | 'privacyWindowMs'
> & { readonly durationMs: number };

/** Any: factors are public. */
const FACTOR_SEED = 1;

/**
 * Opens a round on the published model: both parties make a key for it, trainer and helper sign the
 * same task, the leader shows it to devices.
 *
 * @param numBefore Rounds that the model has learned from: each asks for other directions.
 * @throws {InputError} If the trained model is not the published one.
 * @throws {EdgeError} If a party refuses: no second party, a round still open, another model.
 */
export async function openRound(
  dataset: Dataset,
  trained: TrainedModel,
  {
    parties,
    choices,
    numBefore,
  }: { readonly parties: Parties; readonly choices: RoundChoices; readonly numBefore: number },
): Promise<RoundFile> {
  const { leader, helper, shop, key } = parties;
  const { manifest, modelDigest } = await requirePublished(trained, dataset, leaderShop(parties));
  const { durationMs, ...agreed } = choices;
  const openedAtMs = Date.now();
  const task: Task = {
    format: TASK_FORMAT,
    kind: 'model-update',
    shop,
    modelDigest,
    itemFeatureDigest: await itemFeatureDigest(manifest),
    numParams: manifest.config.numGroups * agreed.rank,
    factor: chooseFactor(trained.itemVectors, {
      dim: manifest.config.dim,
      rank: agreed.rank,
      round: numBefore,
      seed: FACTOR_SEED,
    }),
    scale: CLIP_NORM_UNITS / agreed.clipNorm,
    ...agreed,
    leader: { origin: leader.origin, ...(await leader.createTaskKey()) },
    helper: { origin: helper.origin, ...(await helper.createTaskKey()) },
    opensAtMs: openedAtMs,
    closesAtMs: openedAtMs + durationMs,
  };
  const envelope = await helper.registerTask(await signTask(task, key));
  const helperKey = await fingerprintOf((await helper.identity()).publicKey);
  const { id } = await openTask(envelope, { shop, trusted: [key.fingerprint, helperKey] });
  await leader.registerTask(envelope);
  return { taskId: id, envelope, openedAtMs, numSimulated: 0, outcome: { kind: 'pending' } };
}
