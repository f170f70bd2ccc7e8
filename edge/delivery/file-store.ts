import type { R2Bucket } from '@cloudflare/workers-types';
import type { Bytes } from '#protocol/bytes.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';
import type { Manifest } from '#protocol/manifest.ts';

/** The longest file a shop may upload; item shards are at most 256 KiB, a catalog is the longest. */
export const FILE_MAX_BYTES = 4 * 1024 * 1024;

/** What the names of all of a shop's files begin with. */
export function shopFilesPrefix(shop: ShopId): string {
  return `${shop}/`;
}

/** A file's name in the bucket. Each shop has its own, so that none learns what another has. */
export function fileKey(shop: ShopId, digest: Digest): string {
  return `${shopFilesPrefix(shop)}${digest}`;
}

/** Keeps a file whose digest is verified. Writing it again changes nothing. */
export async function storeFile(files: R2Bucket, shop: ShopId, file: { digest: Digest; bytes: Bytes }): Promise<void> {
  await files.put(fileKey(shop, file.digest), file.bytes);
}

/** How many of the manifest's files are not there, or not with the length it states. */
export async function countMissingFiles(files: R2Bucket, shop: ShopId, manifest: Manifest): Promise<number> {
  const found = await Promise.all(
    manifest.files.map(async ({ digest, bytes }) => (await files.head(fileKey(shop, digest)))?.size === bytes),
  );
  return found.filter((isThere) => !isThere).length;
}
