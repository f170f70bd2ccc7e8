import type { D1Database } from '@cloudflare/workers-types';
import { findPublished, type Published, type Shop } from '#edge/shops/shop-store.ts';
import type { Live } from '#protocol/live.ts';
import { type Manifest, wholeFile } from '#protocol/manifest.ts';

/** What came of a publication: `repeated` where the very same message is current already. */
export type PublishOutcome =
  | { readonly kind: 'published' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'too-old' };

/** A signed message, and the key that signed it: raw Ed25519 public key, base64url. */
export interface Signed extends Published {
  readonly signedBy: string;
}

/** Whether the shop (`?5`) is there, goes on, and has the key (`?6`), at the moment of the write. */
const MAY_PUBLISH = `state = 'active'
  AND EXISTS (SELECT 1 FROM shop_keys WHERE shop = ?5 AND public_key = ?6 AND revoked_at_ms IS NULL)`;

/**
 * Makes a manifest the current one.
 *
 * Guarantees: readers see the old one or the new one, never a mixture; of two publishers with one
 * sequence number one wins; the sequence number only rises; a shop whose key was revoked since the signature was
 * checked, or that was suspended, keeps what it has.
 */
export async function publishManifest(
  db: D1Database,
  shop: Shop,
  { manifest, envelope, digest, signedBy, nowMs }: Signed & { readonly manifest: Manifest; readonly nowMs: number },
): Promise<PublishOutcome> {
  const firstShelf = wholeFile(manifest, 'first-shelf').digest;
  const switched = db
    .prepare(
      `UPDATE shops SET manifest = ?1, manifest_digest = ?2, manifest_sequence = ?3, first_shelf = ?4, manifest_key = ?6
       WHERE shop = ?5 AND ${MAY_PUBLISH} AND manifest_sequence < ?3`,
    )
    .bind(envelope, digest, manifest.sequence, firstShelf, shop.id, signedBy);
  // In the same transaction as the switch, and only if the switch took place.
  const recorded = db
    .prepare(
      `INSERT OR IGNORE INTO versions (shop, sequence, version, model_digest, published_at_ms)
       SELECT shop, ?1, ?2, ?3, ?4 FROM shops WHERE shop = ?5 AND manifest_digest = ?3`,
    )
    .bind(manifest.sequence, manifest.version, digest, nowMs, shop.id);
  const [result] = await db.batch([switched, recorded]);
  return outcomeOf(db, shop, { kind: 'manifest', digest, changes: result?.meta.changes ?? 0 });
}

/** Makes a `live` message the current one, with the guarantees of {@link publishManifest}. */
export async function publishLive(
  db: D1Database,
  shop: Shop,
  { live, envelope, digest, signedBy }: Signed & { readonly live: Live },
): Promise<PublishOutcome> {
  const { meta } = await db
    .prepare(
      `UPDATE shops SET live = ?1, live_digest = ?2, live_sequence = ?3, live_key = ?6
       WHERE shop = ?5 AND ${MAY_PUBLISH} AND live_sequence < ?3`,
    )
    .bind(envelope, digest, live.sequence, null, shop.id, signedBy)
    .run();
  return outcomeOf(db, shop, { kind: 'live', digest, changes: meta.changes });
}

async function outcomeOf(
  db: D1Database,
  shop: Shop,
  { kind, digest, changes }: { readonly kind: 'manifest' | 'live'; readonly digest: string; readonly changes: number },
): Promise<PublishOutcome> {
  if (changes === 1) return { kind: 'published' };
  const current = await findPublished(db, shop.id, kind);
  return { kind: current?.digest === digest ? 'repeated' : 'too-old' };
}
