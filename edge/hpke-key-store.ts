import type { R2Bucket } from '@cloudflare/workers-types';
import * as v from 'valibot';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { CountSchema, type ShopId } from '#protocol/ids.ts';
import { parseJson } from '#protocol/parse.ts';
import type { TaskKey } from '#protocol/round-messages.ts';

/** A key that no task has taken by then is deleted when the shop asks for another. */
const UNUSED_KEY_MAX_AGE_MS = 24 * 60 * 60 * 1000;

const StoredKeySchema = v.strictObject({ privateKey: v.string(), hpkeKeyId: CountSchema });

/** A private key as this party keeps it, with the public half's place in the task. */
export interface StoredTaskKey {
  readonly hpkeKeyId: number;
  readonly keyPair: HpkeKeyPair;
}

/** Makes a key pair for a task to come and keeps its private half. */
export async function createTaskKey(keys: R2Bucket, shop: ShopId): Promise<TaskKey> {
  const { publicKey, privateKey } = await generateHpkeKeyPair();
  const [hpkeKeyId = 0] = crypto.getRandomValues(new Uint8Array(1));
  await keys.put(nameOf(shop, publicKey), JSON.stringify({ privateKey, hpkeKeyId }));
  return { hpkeKeyId, hpkePublicKey: publicKey };
}

/** The private half of a key this party made for this shop, or `undefined` if there is none (any more). */
export async function loadTaskKey(keys: R2Bucket, shop: ShopId, publicKey: string): Promise<StoredTaskKey | undefined> {
  const object = await keys.get(nameOf(shop, publicKey));
  if (!object) return undefined;
  const { privateKey, hpkeKeyId } = parseJson(StoredKeySchema, await object.text(), 'bad-key');
  return { hpkeKeyId, keyPair: await importHpkeKeyPair({ publicKey, privateKey }) };
}

/** Destroys a key: from here on no report of its task can be opened. */
export async function destroyTaskKey(keys: R2Bucket, shop: ShopId, publicKey: string): Promise<void> {
  await keys.delete(nameOf(shop, publicKey));
}

/**
 * Destroys keys that were made long ago for tasks that never came.
 *
 * @param isTaken Whether a task was registered with this public key.
 */
export async function destroyUnusedKeys(
  keys: R2Bucket,
  shop: ShopId,
  { nowMs, isTaken }: { readonly nowMs: number; readonly isTaken: (publicKey: string) => Promise<boolean> },
): Promise<void> {
  const prefix = nameOf(shop, '');
  const { objects } = await keys.list({ prefix });
  for (const { key, uploaded } of objects) {
    const publicKey = key.slice(prefix.length);
    const isOld = nowMs - uploaded.getTime() > UNUSED_KEY_MAX_AGE_MS;
    if (isOld && !(await isTaken(publicKey))) await destroyTaskKey(keys, shop, publicKey);
  }
}

function nameOf(shop: ShopId, publicKey: string): string {
  return `${shop}/${publicKey}`;
}
