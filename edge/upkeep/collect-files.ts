import type { D1Database } from '@cloudflare/workers-types';
import { shopFilesPrefix } from '#edge/delivery/file-store.ts';
import { dropOldVersions } from '#edge/delivery/version-store.ts';
import type { Env } from '#edge/env.ts';
import type { ShopId } from '#protocol/ids.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A publisher has this long between sending a file, or hearing that it is there, and publishing. */
const GRACE_MS = DAY_MS;
/** A candidate that devices have tried may be published this long after its task has closed. */
const TRIAL_KEPT_MS = 30 * DAY_MS;
/** What R2 deletes in one call. */
const OBJECTS_A_CALL = 1000;
/** Pages of the bucket's listing that one run looks through. */
const PAGES_A_RUN = 50;

/**
 * Deletes the files that no version, task or canary needs.
 *
 * Guarantee: no publication loses a file. A file is condemned in the one statement that finds that nothing needs it,
 * and a publication succeeds only in a statement that finds none of its files condemned. What is deleted is the
 * condemned upload's own object, so a publisher that sends the file again meanwhile loses nothing either.
 */
export async function collectFiles(env: Env, nowMs: number): Promise<void> {
  const { results } = await env.DB.prepare('SELECT DISTINCT shop FROM files').all<{ shop: ShopId }>();
  for (const { shop } of results) {
    await dropOldVersions(env.DB, shop);
    await condemn(env.DB, shop, nowMs);
    await deleteCondemned(env, shop);
  }
}

async function condemn(db: D1Database, shop: ShopId, nowMs: number): Promise<void> {
  await db
    .prepare(
      `UPDATE files SET condemned_at_ms = ?2
       WHERE shop = ?1 AND condemned_at_ms IS NULL AND wanted_at_ms < ?3 AND digest NOT IN (
         SELECT value FROM versions, json_each(versions.files) WHERE shop = ?1
         UNION SELECT value FROM tasks, json_each(tasks.files) WHERE shop = ?1 AND closes_at_ms > ?4
         UNION SELECT value FROM shops, json_each(shops.canary_files) WHERE shop = ?1)`,
    )
    .bind(shop, nowMs, nowMs - GRACE_MS, nowMs - TRIAL_KEPT_MS)
    .run();
}

/** Those of runs that were cut off too. The object first: a row without one would be found missing, and none is. */
async function deleteCondemned({ DB, FILES }: Env, shop: ShopId): Promise<void> {
  for (;;) {
    const { results } = await DB.prepare(
      'SELECT object FROM files WHERE shop = ? AND condemned_at_ms IS NOT NULL LIMIT ?',
    )
      .bind(shop, OBJECTS_A_CALL)
      .all<{ object: string }>();
    if (results.length === 0) return;
    const objects = results.map(({ object }) => object);
    await FILES.delete(objects);
    // Not one that was uploaded again since: that has another object.
    await DB.prepare(
      'DELETE FROM files WHERE object IN (SELECT value FROM json_each(?)) AND condemned_at_ms IS NOT NULL',
    )
      .bind(JSON.stringify(objects))
      .run();
  }
}

/**
 * Deletes objects that no row names: of uploads that were cut off before they were noted, and of 0.1.0 once the shop
 * has published with a later release.
 *
 * @param cursor Where the run before ended.
 * @returns Where the next one begins.
 */
export async function collectOrphans(env: Env, cursor: string | undefined, nowMs: number): Promise<string | undefined> {
  let from = cursor;
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const listed = await env.FILES.list({ limit: OBJECTS_A_CALL, ...(from !== undefined && { cursor: from }) });
    const old = listed.objects.filter(({ uploaded }) => nowMs - uploaded.getTime() > GRACE_MS).map(({ key }) => key);
    const orphans = await orphansAmong(env.DB, old);
    if (orphans.length > 0) await env.FILES.delete(orphans);
    if (!listed.truncated) return undefined;
    from = listed.cursor;
  }
  return from;
}

async function orphansAmong(db: D1Database, objects: readonly string[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT value AS object FROM json_each(?1)
       WHERE value NOT IN (SELECT object FROM files WHERE object IN (SELECT value FROM json_each(?1)))`,
    )
    .bind(JSON.stringify(objects))
    .all<{ object: string }>();
  const unnamed = results.map(({ object }) => object);
  const { results: shops } = await db
    .prepare('SELECT DISTINCT shop FROM versions WHERE files IS NOT NULL')
    .all<{ shop: ShopId }>();
  const published = new Set(shops.map(({ shop }) => shopFilesPrefix(shop)));
  const isOfFirstRelease = (object: string): boolean => object.split('/').length === 2;
  return unnamed.filter(
    (object) => !isOfFirstRelease(object) || published.has(object.slice(0, object.indexOf('/') + 1)),
  );
}
