import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types';
import type { KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { AUDIT_ENTRIES_A_PAGE, type AuditEntry } from '#protocol/shop.ts';

/** What can be done to a shop. */
export type AuditedAction =
  | 'settings-set'
  | 'state-set'
  | 'key-added'
  | 'key-revoked'
  | 'manifest-published'
  | 'shop-deleted';

/** Who did what to a shop, and when. */
export interface AuditedChange {
  readonly shop: ShopId;
  readonly by: KeyFingerprint;
  readonly nowMs: number;
}

/**
 * Writes a change down, if the statement before it in the same batch has changed a row: what had no effect is no
 * entry.
 */
export function auditChange(
  db: D1Database,
  { shop, by, nowMs }: AuditedChange,
  { action, detail }: { readonly action: AuditedAction; readonly detail: unknown },
): D1PreparedStatement {
  return db
    .prepare('INSERT INTO audit_log (shop, at_ms, signed_by, action, detail) SELECT ?, ?, ?, ?, ? WHERE changes() > 0')
    .bind(shop, nowMs, by, action, JSON.stringify(detail));
}

/** The latest changes to a shop, latest first, at most {@link AUDIT_ENTRIES_A_PAGE}. */
export async function readAuditLog(db: D1Database, shop: ShopId): Promise<AuditEntry[]> {
  const { results } = await db
    .prepare(
      `SELECT at_ms AS atMs, signed_by AS "by", action, detail FROM audit_log WHERE shop = ? ORDER BY id DESC LIMIT ?`,
    )
    .bind(shop, AUDIT_ENTRIES_A_PAGE)
    .all<AuditEntry>();
  return results;
}
