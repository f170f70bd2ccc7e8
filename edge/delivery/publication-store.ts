import type { D1Database } from '@cloudflare/workers-types';
import { auditChange } from '#edge/shops/audit-log.ts';
import { findShopWithPublications, type Published, type PublishedKind, type Shop } from '#edge/shops/shop-store.ts';
import type { Digest } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import type { Live } from '#protocol/live.ts';
import { type Manifest, wholeFile } from '#protocol/manifest.ts';

/** What came of a publication: `repeated` where the very same message is current already. */
export type PublishOutcome =
  | { readonly kind: 'published' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'too-old' }
  /** Between check and write the shop was changed, or a file was deleted. */
  | { readonly kind: 'shop-changed' };

/** A signed message, and the key that signed it: raw Ed25519 public key, base64url. */
export interface Signed extends Published {
  readonly signedBy: string;
}

/** Whether the shop (`?5`) is there, goes on, and has the key (`?6`), at the moment of the write. */
const MAY_PUBLISH = `state = 'active'
  AND EXISTS (SELECT 1 FROM shop_keys WHERE shop = ?5 AND public_key = ?6 AND revoked_at_ms IS NULL)`;

/** Whether all of the manifest's files (`?7`, `?8` of them) are there, and none is being deleted. */
const HAS_FILES = `?8 = (
  SELECT count(*) FROM json_each(?7) AS named
  JOIN files ON files.shop = ?5 AND files.digest = named.value ->> 'digest' AND files.bytes = named.value ->> 'bytes'
  WHERE files.condemned_at_ms IS NULL)`;

/**
 * Makes a manifest the current one.
 *
 * Guarantees: readers see the old one or the new one, never a mixture; of two publishers with one
 * sequence number one wins; the sequence number only rises; a shop whose key was revoked since the signature was
 * checked, or that was suspended, keeps what it has; a version of which a file is missing is never current.
 */
export async function publishManifest(
  db: D1Database,
  shop: Shop,
  { manifest, envelope, digest, signedBy, nowMs }: Signed & { readonly manifest: Manifest; readonly nowMs: number },
): Promise<PublishOutcome> {
  const firstShelf = wholeFile(manifest, 'first-shelf').digest;
  const digests = manifest.files.map(({ digest }) => digest);
  const files = JSON.stringify(manifest.files.map(({ digest, bytes }) => ({ digest, bytes })));
  const switched = db
    .prepare(
      `UPDATE shops SET manifest = ?1, manifest_digest = ?2, manifest_sequence = ?3, first_shelf = ?4, manifest_key = ?6
       WHERE shop = ?5 AND ${MAY_PUBLISH} AND manifest_sequence < ?3 AND ${HAS_FILES}`,
    )
    .bind(envelope, digest, manifest.sequence, firstShelf, shop.id, signedBy, files, manifest.files.length);
  // In the same transaction as the switch, and only if the switch took place.
  const recorded = db
    .prepare(
      `INSERT OR IGNORE INTO versions (shop, sequence, version, model_digest, published_at_ms, envelope, files)
       SELECT shop, ?1, ?2, ?3, ?4, ?6, ?7 FROM shops WHERE shop = ?5 AND manifest_digest = ?3`,
    )
    .bind(...[manifest.sequence, manifest.version, digest, nowMs, shop.id, envelope], JSON.stringify(digests));
  const change = { shop: shop.id, by: await fingerprintOf(signedBy), nowMs };
  const audited = auditChange(db, change, { action: 'manifest-published', detail: { version: manifest.version } });
  const [result] = await db.batch([switched, recorded, audited]);
  return outcomeOf(db, shop, { kind: 'manifest', digest, sequence: manifest.sequence, changes: result?.meta.changes });
}

/** Makes a `live` message the current one, with the guarantees of {@link publishManifest}. */
export async function publishLive(
  db: D1Database,
  shop: Shop,
  {
    live,
    envelope,
    digest,
    signedBy,
    canaryFiles,
  }: Signed & {
    readonly live: Live;
    readonly canaryFiles: readonly Digest[];
  },
): Promise<PublishOutcome> {
  const { meta } = await db
    .prepare(
      `UPDATE shops SET live = ?1, live_digest = ?2, live_sequence = ?3, canary_files = ?4, live_key = ?6
       WHERE shop = ?5 AND ${MAY_PUBLISH} AND live_sequence < ?3`,
    )
    .bind(envelope, digest, live.sequence, JSON.stringify(canaryFiles), shop.id, signedBy)
    .run();
  return outcomeOf(db, shop, { kind: 'live', digest, sequence: live.sequence, changes: meta.changes });
}

async function outcomeOf(
  db: D1Database,
  shop: Shop,
  {
    kind,
    digest,
    sequence,
    changes,
  }: {
    readonly kind: PublishedKind;
    readonly digest: string;
    readonly sequence: number;
    readonly changes: number | undefined;
  },
): Promise<PublishOutcome> {
  if (changes === 1) return { kind: 'published' };
  const current = await findShopWithPublications(db, shop.id);
  if (current?.[kind]?.digest === digest) return { kind: 'repeated' };
  return { kind: current && current[`${kind}Sequence`] < sequence ? 'shop-changed' : 'too-old' };
}
