import type { D1Database } from '@cloudflare/workers-types';
import { LRUCache } from 'lru-cache';
import type { Digest, ShopId } from '#protocol/ids.ts';

/** Where a file lies. */
export interface FileLocation {
  /** Its object in the bucket. */
  readonly object: string;
  readonly bytes: number;
}

/** A file as a manifest names it. */
export interface NamedFile {
  readonly digest: Digest;
  readonly bytes: number;
}

const MAX_LOCATIONS = 50_000;

/** What an object holds never changes, so where a file lies is remembered until it is found to be gone. */
const remembered = new WeakMap<D1Database, LRUCache<string, FileLocation>>();

function locationsOf(db: D1Database): LRUCache<string, FileLocation> {
  const known = remembered.get(db) ?? new LRUCache({ max: MAX_LOCATIONS });
  remembered.set(db, known);
  return known;
}

/** Where a shop's file lies, or `undefined` if it was never uploaded or is being deleted. */
export async function locateFile(db: D1Database, shop: ShopId, digest: Digest): Promise<FileLocation | undefined> {
  const known = locationsOf(db).get(`${shop}/${digest}`);
  if (known) return known;
  const row = await db
    .prepare('SELECT object, bytes FROM files WHERE shop = ? AND digest = ? AND condemned_at_ms IS NULL')
    .bind(shop, digest)
    .first<FileLocation>();
  if (row) locationsOf(db).set(`${shop}/${digest}`, row);
  return row ?? undefined;
}

/** Has the next one look again: what was remembered is gone. */
export function forgetLocation(db: D1Database, shop: ShopId, digest: Digest): void {
  locationsOf(db).delete(`${shop}/${digest}`);
}

/**
 * Which of these files the shop lacks, or has with another length. Those that it has are kept for a while from now on,
 * so that a publisher need not send them.
 */
export async function missingFiles(
  db: D1Database,
  shop: ShopId,
  { files, nowMs }: { readonly files: readonly NamedFile[]; readonly nowMs: number },
): Promise<Digest[]> {
  const { results } = await db
    .prepare(
      `UPDATE files SET wanted_at_ms = ?3
       WHERE shop = ?1 AND condemned_at_ms IS NULL
         AND EXISTS (SELECT 1 FROM json_each(?2) AS named
                     WHERE named.value ->> 'digest' = files.digest AND named.value ->> 'bytes' = files.bytes)
       RETURNING digest`,
    )
    .bind(shop, JSON.stringify(files.map(({ digest, bytes }) => ({ digest, bytes }))), nowMs)
    .all<{ digest: Digest }>();
  const there = new Set(results.map(({ digest }) => digest));
  return [...new Set(files.map(({ digest }) => digest))].filter((digest) => !there.has(digest));
}

/** Bytes of all of a shop's files. */
export async function storedBytes(db: D1Database, shop: ShopId): Promise<number> {
  const sum = await db
    .prepare('SELECT sum(bytes) AS bytes FROM files WHERE shop = ?')
    .bind(shop)
    .first<number>('bytes');
  return sum ?? 0;
}

/**
 * Notes an object that was written for a file.
 *
 * @returns False if another upload of the same file was faster: then the object is nobody's.
 */
export async function noteFile(
  db: D1Database,
  shop: ShopId,
  { digest, object, bytes, nowMs }: NamedFile & { readonly object: string; readonly nowMs: number },
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO files (shop, digest, object, bytes, wanted_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (shop, digest) DO UPDATE SET object = ?3, bytes = ?4, wanted_at_ms = ?5, condemned_at_ms = NULL
       WHERE condemned_at_ms IS NOT NULL`,
    )
    .bind(shop, digest, object, bytes, nowMs)
    .run();
  return meta.changes === 1;
}
