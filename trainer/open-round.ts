import { toHex } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { CLIP_NORM_UNITS, openTask, signTask, TASK_FORMAT, type Task } from '#protocol/task.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { currentPublication } from './publish.ts';
import type { RoundFile } from './round-file.ts';

/** What a merchant decides about a round. */
export type RoundChoices = Pick<
  Task,
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
 * @throws {InputError} If nothing is published yet.
 * @throws {EdgeError} If a party refuses: no second party, a round still open, another model.
 */
export async function openRound(parties: Parties, choices: RoundChoices): Promise<RoundFile> {
  const { leader, helper, shop, key } = parties;
  const published = await currentPublication(leaderShop(parties));
  if (!published) throw new InputError('expected a published model, found none; run "vitrine publish" first');
  const { manifest, modelDigest } = published;
  const { durationMs, ...agreed } = choices;
  const openedAtMs = Date.now();
  const task: Task = {
    format: TASK_FORMAT,
    kind: 'model-update',
    shop,
    modelDigest,
    itemFeatureDigest: await itemFeatureDigest(manifest),
    numParams: manifest.config.numGroups * agreed.rank,
    factorSeed: toHex(crypto.getRandomValues(new Uint8Array(32))) as Digest,
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
