import type { R2Bucket } from '@cloudflare/workers-types';
import * as v from 'valibot';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import type { Bytes } from '#protocol/bytes.ts';
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

/** What a party needs to open and verify the reports of a task. */
export interface TaskKeys {
  readonly keyPair: HpkeKeyPair;
  /** The parties' common secret, `[VERIFY_KEY_BYTES]`; `undefined` until they have agreed on it. */
  readonly verifyKey: Bytes | undefined;
}

/** Whose keys: this party's public key names the task, since no other task may use it. */
export interface TaskKeyName {
  readonly shop: ShopId;
  readonly publicKey: string;
}

/** Makes a key pair for a task to come and keeps its private half. */
export async function createTaskKey(keys: R2Bucket, shop: ShopId): Promise<TaskKey> {
  const { publicKey, privateKey } = await generateHpkeKeyPair();
  const [hpkeKeyId = 0] = crypto.getRandomValues(new Uint8Array(1));
  await keys.put(keyPairObject({ shop, publicKey }), JSON.stringify({ privateKey, hpkeKeyId }));
  return { hpkeKeyId, hpkePublicKey: publicKey };
}

/** The private half of a key this party made for this shop, or `undefined` if there is none (any more). */
export async function loadTaskKey(keys: R2Bucket, name: TaskKeyName): Promise<StoredTaskKey | undefined> {
  const object = await keys.get(keyPairObject(name));
  if (!object) return undefined;
  const { privateKey, hpkeKeyId } = parseJson(StoredKeySchema, await object.text(), 'bad-key');
  return { hpkeKeyId, keyPair: await importHpkeKeyPair({ publicKey: name.publicKey, privateKey }) };
}

/**
 * Keeps a task's verify key, unless there is one.
 *
 * @returns The one that is kept from now on.
 */
export async function keepVerifyKey(keys: R2Bucket, name: TaskKeyName, verifyKey: Bytes): Promise<Bytes> {
  const isNew = await keys.put(verifyKeyObject(name), verifyKey, { onlyIf: { etagDoesNotMatch: '*' } });
  if (isNew) return verifyKey;
  const kept = await loadVerifyKey(keys, name);
  if (!kept) throw new Error('expected the verify key to be there, found it destroyed');
  return kept;
}

/** This party's keys of a task, or `undefined` where they are destroyed. */
export async function loadTaskKeys(keys: R2Bucket, name: TaskKeyName): Promise<TaskKeys | undefined> {
  const [stored, verifyKey] = await Promise.all([loadTaskKey(keys, name), loadVerifyKey(keys, name)]);
  return stored && { keyPair: stored.keyPair, verifyKey };
}

/** Destroys a task's keys: from here on no report of it can be opened. */
export async function destroyTaskKeys(keys: R2Bucket, name: TaskKeyName): Promise<void> {
  await keys.delete([keyPairObject(name), verifyKeyObject(name)]);
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
  const prefix = keyPairObject({ shop, publicKey: '' });
  let page = await keys.list({ prefix });
  for (;;) {
    for (const { key, uploaded } of page.objects) {
      const publicKey = key.slice(prefix.length);
      const isOld = nowMs - uploaded.getTime() > UNUSED_KEY_MAX_AGE_MS;
      if (isOld && !(await isTaken(publicKey))) await destroyTaskKeys(keys, { shop, publicKey });
    }
    if (!page.truncated) return;
    page = await keys.list({ prefix, cursor: page.cursor });
  }
}

/** What the names of all of a shop's keys begin with. */
export function taskKeyPrefixes(shop: ShopId): string[] {
  return [keyPairObject, verifyKeyObject].map((nameOf) => nameOf({ shop, publicKey: '' }));
}

async function loadVerifyKey(keys: R2Bucket, name: TaskKeyName): Promise<Bytes | undefined> {
  const object = await keys.get(verifyKeyObject(name));
  return object ? new Uint8Array(await object.arrayBuffer()) : undefined;
}

function keyPairObject({ shop, publicKey }: TaskKeyName): string {
  return `hpke/${shop}/${publicKey}`;
}

function verifyKeyObject({ shop, publicKey }: TaskKeyName): string {
  return `verify/${shop}/${publicKey}`;
}
