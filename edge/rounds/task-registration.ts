import { filesOfCandidate } from '#edge/delivery/manifest-file.ts';
import type { Env } from '#edge/env.ts';
import { ownKey, peerKey } from '#edge/party.ts';
import { Problem } from '#edge/problem.ts';
import { findShopWithPublications, publishingFingerprints, type Shop, signerOf } from '#edge/shops/shop-store.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { type Envelope, EnvelopeSchema, type TrustedSigner } from '#protocol/envelope.ts';
import type { Digest } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { compareLedger } from '#protocol/ledger-state.ts';
import { parseJson } from '#protocol/parse.ts';
import { cosignTask, type OpenedTask, openTask, type Task } from '#protocol/task.ts';
import { ledgerIds } from './ledger-store.ts';
import { findRound } from './round-stub.ts';
import { loadTaskKey } from './task-key-store.ts';
import { findTaskEnvelope, hasOpenTask, insertTask, isKeyTaken, type TaskState } from './task-store.ts';
import { agreeOnVerifyKey } from './verify-key.ts';

/** How far clocks of trainer and party may be apart. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;

/**
 * Registers a task with this party. A repeat answers as the first time.
 *
 * Guarantees:
 * - The helper puts its signature only under a task that the shop's key has signed, that keeps the
 *   protocol's limits and uses a key that the helper made and no other task has used.
 * - The leader opens only a task that both have signed, for the model that is published now, with a
 *   key of its own likewise, once the helper has the same verify key, and one of a kind at a time.
 * - Neither takes a task that states other earlier tasks than this party knows: what was spent can't be
 *   forgotten by one of the three alone.
 *
 * @param body The envelope as JSON.
 * @returns The envelope with both signatures, as JSON.
 * @throws {ProtocolError} What `openTask` throws.
 * @throws {Problem} `task-closed`, `task-clock-differs`, `task-key-unknown`, `ledger-differs`,
 *   `task-model-differs`, `task-open`, `task-too-large`, or what `agreeOnVerifyKey` throws.
 */
export async function registerTask(env: Env, shop: Shop, body: Bytes): Promise<string> {
  const sent = parseJson(EnvelopeSchema, body, 'envelope-invalid');
  const trusted: TrustedSigner[] = [await publishingFingerprints(shop)];
  if (env.ROLE === 'leader') trusted.push(await fingerprintOf(peerKey(env)));
  const opened = await openTask(sent, { shop: shop.id, trusted });

  const registered = await findTaskEnvelope(env.DB, shop.id, opened.id);
  if (registered) return registered;
  await checkTask(env, shop, opened);
  const envelope = JSON.stringify(env.ROLE === 'helper' ? await cosignOnly(env, shop, sent) : sent);
  await openRound(env, shop, { ...opened, envelope, publishingKey: signerOf(sent, shop) });
  return envelope;
}

async function checkTask(env: Env, shop: Shop, { task }: OpenedTask): Promise<void> {
  const nowMs = Date.now();
  if (task.maxBatch > shop.limits.reportsPerRound) throw new Problem('task-too-large');
  if (task.closesAtMs <= nowMs) throw new Problem('task-closed');
  // A trainer whose clock is ahead would find its privacy window empty.
  if (Math.abs(task.opensAtMs - nowMs) > CLOCK_SKEW_MS) throw new Problem('task-clock-differs');
  const { hpkePublicKey, hpkeKeyId } = task[env.ROLE];
  const stored = await loadTaskKey(env.KEYS, { shop: shop.id, publicKey: hpkePublicKey });
  if (stored?.hpkeKeyId !== hpkeKeyId || (await isKeyTaken(env.DB, hpkePublicKey)))
    throw new Problem('task-key-unknown');
  const { kind } = await compareLedger(task.ledger, await ledgerIds(env.DB, shop.id));
  if (kind === 'differs') throw new Problem('ledger-differs');
  if (env.ROLE === 'helper') return;
  if (await hasOpenTask(env.DB, shop.id, task.kind)) throw new Problem('task-open');
  const current = await findShopWithPublications(env.DB, shop.id);
  if (current?.manifest?.digest !== task.modelDigest) throw new Problem('task-model-differs');
}

/** A candidate stays at the leader as long as devices may try it, and a while longer to be published. */
async function filesToKeep(env: Env, shop: Shop, task: Task): Promise<readonly Digest[]> {
  return env.ROLE === 'leader' && task.kind === 'shadow-eval' ? filesOfCandidate(env, shop, task.candidate) : [];
}

/** Only the signature that was checked goes beside the helper's own. */
async function cosignOnly(env: Env, shop: Shop, sent: Envelope): Promise<Envelope> {
  const signer = signerOf(sent, shop);
  const signatures = sent.signatures.filter(({ publicKey }) => publicKey === signer);
  return cosignTask({ ...sent, signatures }, await ownKey(env));
}

/**
 * The round first, the row that announces it second: a crash between leaves a round that nobody
 * hears of, and the repeat finds it.
 */
async function openRound(
  env: Env,
  shop: Shop,
  {
    id: taskId,
    task,
    envelope,
    publishingKey,
  }: OpenedTask & { readonly envelope: string; readonly publishingKey: string },
): Promise<void> {
  if (env.ROLE === 'leader') await agreeOnVerifyKey(env, { shop: task.shop, taskId, task });
  const round = findRound(env.ROUND, shop, taskId);
  const { kind } = await round.open({ shop: task.shop, taskId, task });
  const state: TaskState = env.ROLE === 'helper' && kind === 'open' ? 'cosigned' : kind;
  const files = await filesToKeep(env, shop, task);
  const row = { taskId, task, envelope, publishingKey, hpkePublicKey: task[env.ROLE].hpkePublicKey, state, files };
  if ((await insertTask(env.DB, row)).kind === 'registered') return;
  // Another registration was faster: the same task's, or one that took its place.
  if (await findTaskEnvelope(env.DB, task.shop, taskId)) return;
  if (env.ROLE === 'leader') await round.close();
  throw new Problem('task-open');
}
