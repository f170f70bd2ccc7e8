import type { R2ObjectBody, R2Range } from '@cloudflare/workers-types';
import type { Env } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';
import type { Shop } from '#edge/shops/shop-store.ts';
import { type Bytes, toHex } from '#protocol/bytes.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';
import { type FileLocation, forgetLocation, locateFile, missingFiles, noteFile, storedBytes } from './file-index.ts';

type Storage = Pick<Env, 'DB' | 'FILES'>;

/** The longest file a shop may upload; item shards are at most 256 KiB, a catalog is the longest. */
export const FILE_MAX_BYTES = 4 * 1024 * 1024;

const NONCE_BYTES = 8;

/** What the names of all of a shop's objects begin with. Each shop has its own, so that none learns what another has. */
export function shopFilesPrefix(shop: ShopId): string {
  return `${shop}/`;
}

/** Where 0.1.0 put a file; an object of this release has one more part to its name. */
export function firstReleaseObject(shop: ShopId, digest: Digest): string {
  return `${shopFilesPrefix(shop)}${digest}`;
}

/**
 * Keeps a file whose digest is verified. Durable once this returns; a repeat changes nothing.
 *
 * @throws {Problem} `storage-limit` if the shop's files would take more than they may.
 */
export async function storeFile(
  { DB, FILES }: Storage,
  { id: shop, limits }: Pick<Shop, 'id' | 'limits'>,
  { digest, bytes }: { readonly digest: Digest; readonly bytes: Bytes },
): Promise<void> {
  const nowMs = Date.now();
  const file = { digest, bytes: bytes.length };
  if ((await missingFiles(DB, shop, { files: [file], nowMs })).length === 0) return;
  if ((await storedBytes(DB, shop)) + bytes.length > limits.storageBytes) throw new Problem('storage-limit');
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
  const object = `${firstReleaseObject(shop, digest)}/${nonce}`;
  await FILES.put(object, bytes, { sha256: digest });
  if (!(await noteFile(DB, shop, { ...file, object, nowMs }))) await FILES.delete(object);
  forgetLocation(DB, shop, digest);
}

/** A shop's file, or `undefined` if there is none. Where it lies is asked once an isolate. */
export async function findFile(
  { DB, FILES }: Storage,
  shop: ShopId,
  digest: Digest,
): Promise<FileLocation | undefined> {
  const located = await locateFile(DB, shop, digest);
  if (located) return located;
  const object = firstReleaseObject(shop, digest);
  const stored = await FILES.head(object);
  return stored ? { object, bytes: stored.size } : undefined;
}

/**
 * Reads a file, or a part of it.
 *
 * @returns `undefined` if it is gone: it was deleted after all that needed it, or replaced by the same once more.
 */
export async function readFile(
  { DB, FILES }: Storage,
  { shop, digest, range }: { readonly shop: ShopId; readonly digest: Digest; readonly range?: R2Range },
): Promise<R2ObjectBody | undefined> {
  for (const attempt of ['as remembered', 'as it is now'] as const) {
    const located = await findFile({ DB, FILES }, shop, digest);
    const object = located && (await FILES.get(located.object, range ? { range } : {}));
    if (object) return object;
    if (attempt === 'as remembered') forgetLocation(DB, shop, digest);
  }
  return undefined;
}
