import type { D1Database } from '@cloudflare/workers-types';
import { findPublished, type Published, type Shop } from '#edge/shops/shop-store.ts';
import type { Live } from '#protocol/live.ts';
import { type Manifest, wholeFile } from '#protocol/manifest.ts';

/** What came of a publication: `repeated` where the very same message is current already. */
export type PublishOutcome =
  | { readonly kind: 'published' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'too-old' };

/**
 * Makes a manifest the current one.
 *
 * Guarantees: readers see the old one or the new one, never a mixture; of two publishers with one
 * sequence number one wins; the sequence number only rises; a shop whose publishing key has changed
 * since the signature was checked keeps what it has.
 */
export async function publishManifest(
  db: D1Database,
  shop: Shop,
  { manifest, envelope, digest, nowMs }: Published & { readonly manifest: Manifest; readonly nowMs: number },
): Promise<PublishOutcome> {
  const firstShelf = wholeFile(manifest, 'first-shelf').digest;
  const switched = db
    .prepare(
      `UPDATE shops SET manifest = ?1, manifest_digest = ?2, manifest_sequence = ?3, first_shelf = ?4
       WHERE shop = ?5 AND publishing_key = ?6 AND manifest_sequence < ?3`,
    )
    .bind(envelope, digest, manifest.sequence, firstShelf, shop.id, shop.publishingKey);
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
  { live, envelope, digest }: Published & { readonly live: Live },
): Promise<PublishOutcome> {
  const { meta } = await db
    .prepare(
      `UPDATE shops SET live = ?1, live_digest = ?2, live_sequence = ?3
       WHERE shop = ?4 AND publishing_key = ?5 AND live_sequence < ?3`,
    )
    .bind(envelope, digest, live.sequence, shop.id, shop.publishingKey)
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
