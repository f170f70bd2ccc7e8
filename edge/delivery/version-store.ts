import type { D1Database } from '@cloudflare/workers-types';
import type { ShopId } from '#protocol/ids.ts';
import type { PublishedVersion } from '#protocol/publication.ts';

/** How many versions a shop can choose from when it goes back, the current one included. */
export const KEPT_VERSIONS = 6;

/** The versions that are kept, latest first. */
export async function listVersions(db: D1Database, shop: ShopId): Promise<PublishedVersion[]> {
  const { results } = await db
    .prepare(
      `SELECT sequence, version, published_at_ms AS publishedAtMs FROM versions
       WHERE shop = ? AND envelope IS NOT NULL ORDER BY sequence DESC`,
    )
    .bind(shop)
    .all<PublishedVersion>();
  return results;
}

/** The signed manifest of a version that is kept, as JSON, or `undefined`. */
export async function findVersion(db: D1Database, shop: ShopId, sequence: number): Promise<string | undefined> {
  const envelope = await db
    .prepare('SELECT envelope FROM versions WHERE shop = ? AND sequence = ?')
    .bind(shop, sequence)
    .first<string>('envelope');
  return envelope ?? undefined;
}

/** Lets go of all versions but the latest {@link KEPT_VERSIONS}; that they were there stays known. */
export async function dropOldVersions(db: D1Database, shop: ShopId): Promise<void> {
  await db
    .prepare(
      `UPDATE versions SET envelope = NULL, files = NULL WHERE shop = ?1 AND envelope IS NOT NULL AND sequence <=
         (SELECT sequence FROM versions WHERE shop = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`,
    )
    .bind(shop, KEPT_VERSIONS)
    .run();
}
