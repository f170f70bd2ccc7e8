import type { D1Database } from '@cloudflare/workers-types';
import type { ShopSettings, ShopState } from '#protocol/shop.ts';
import { type AuditedChange, auditChange } from './audit-log.ts';

/**
 * Changes to a shop that its operator makes. Each is written with its entry in the audit log, or not at all, and a
 * repeat changes nothing.
 */

/**
 * Makes a shop, or replaces its settings; keys and what it has published stay.
 *
 * @returns `deleted` where a shop of this id was deleted: ids are not given twice.
 */
export async function saveSettings(
  db: D1Database,
  change: AuditedChange,
  settings: ShopSettings,
): Promise<{ readonly kind: 'saved' | 'deleted' }> {
  const { allowedOrigins, limits, region = null } = settings;
  const [saved] = await db.batch([
    db
      .prepare(
        // 0.1.0's column may not be null; a shop of this release has its keys in a table of their own.
        `INSERT INTO shops (shop, publishing_key, allowed_origins, limits, region, created_at_ms)
         VALUES (?1, '', ?2, ?3, ?4, ?5)
         ON CONFLICT (shop) DO UPDATE SET allowed_origins = ?2, limits = ?3, region = ?4 WHERE state <> 'deleted'`,
      )
      .bind(change.shop, JSON.stringify(allowedOrigins), JSON.stringify(limits), region, change.nowMs),
    auditChange(db, change, { action: 'settings-set', detail: settings }),
  ]);
  return { kind: saved?.meta.changes === 0 ? 'deleted' : 'saved' };
}

/** Suspends a shop or lets it go on. */
export async function setState(db: D1Database, change: AuditedChange, state: ShopState): Promise<void> {
  await db.batch([
    db.prepare(`UPDATE shops SET state = ?2 WHERE shop = ?1 AND state NOT IN (?2, 'deleted')`).bind(change.shop, state),
    auditChange(db, change, { action: 'state-set', detail: { state } }),
  ]);
}

/**
 * Lets one more key publish and open rounds.
 *
 * @returns `revoked` if the key was revoked before.
 */
export async function addKey(
  db: D1Database,
  change: AuditedChange,
  publicKey: string,
): Promise<{ readonly kind: 'added' | 'revoked' }> {
  const { shop, nowMs } = change;
  await db.batch([
    db
      .prepare('INSERT INTO shop_keys (shop, public_key, added_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .bind(shop, publicKey, nowMs),
    auditChange(db, change, { action: 'key-added', detail: { publicKey } }),
  ]);
  const row = await db
    .prepare('SELECT revoked_at_ms FROM shop_keys WHERE shop = ? AND public_key = ?')
    .bind(shop, publicKey)
    .first<{ revoked_at_ms: number | null }>();
  return { kind: row?.revoked_at_ms === null ? 'added' : 'revoked' };
}

/**
 * Takes everything from a key, for good: it signs no request any more, and what it has signed is served no longer. A
 * shop whose manifest it had signed serves none until another key publishes.
 *
 * A key that the shop never had is revoked all the same, so that it can't be added later.
 */
export async function revokeKey(db: D1Database, change: AuditedChange, publicKey: string): Promise<void> {
  const { shop, nowMs } = change;
  await db.batch([
    db
      .prepare(
        `INSERT INTO shop_keys (shop, public_key, added_at_ms, revoked_at_ms) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT DO UPDATE SET revoked_at_ms = ?3 WHERE revoked_at_ms IS NULL`,
      )
      .bind(shop, publicKey, nowMs),
    auditChange(db, change, { action: 'key-revoked', detail: { publicKey } }),
    db
      .prepare(
        'UPDATE shops SET manifest = NULL, manifest_digest = NULL, first_shelf = NULL WHERE shop = ? AND manifest_key = ?',
      )
      .bind(shop, publicKey),
    db
      .prepare('UPDATE shops SET live = NULL, live_digest = NULL WHERE shop = ? AND live_key = ?')
      .bind(shop, publicKey),
  ]);
}

/** Takes a shop off the edge: nothing of it can be reached from here on. What it had is cleared away afterwards. */
export async function deleteShop(db: D1Database, change: AuditedChange): Promise<void> {
  await db.batch([
    db
      .prepare(
        `UPDATE shops SET state = 'deleted', allowed_origins = '[]', publishing_key = '', manifest = NULL,
           manifest_digest = NULL, live = NULL, live_digest = NULL, first_shelf = NULL
         WHERE shop = ? AND state <> 'deleted'`,
      )
      .bind(change.shop),
    auditChange(db, change, { action: 'shop-deleted', detail: {} }),
    db.prepare('DELETE FROM shop_keys WHERE shop = ?').bind(change.shop),
  ]);
}
