import type { D1Database } from '@cloudflare/workers-types';
import * as v from 'valibot';
import type { Digest, ShopId } from '#protocol/ids.ts';
import { parseJson } from '#protocol/parse.ts';
import type { ShopRecord } from '#protocol/round-messages.ts';

/** A shop as the database has it. */
export interface Shop extends ShopRecord {
  readonly id: ShopId;
  /** The first shelf of the version published now; absent before there is one. */
  readonly firstShelf: Digest | undefined;
}

/** A signed message as it is served: envelope in JSON, and the SHA-256 of its payload. */
export interface Published {
  readonly envelope: string;
  readonly digest: Digest;
}

/** The two messages a shop publishes, each replaced as a whole. */
export type PublishedKind = 'manifest' | 'live';

type ShopRow = { publishing_key: string; allowed_origins: string; first_shelf: string | null };
type PublishedRow = { envelope: string | null; digest: string | null };

const OriginsSchema = v.array(v.string());

/** The shop, or `undefined` where the operator has registered none of this id. */
export async function findShop(db: D1Database, id: ShopId): Promise<Shop | undefined> {
  const row = await db
    .prepare('SELECT publishing_key, allowed_origins, first_shelf FROM shops WHERE shop = ?')
    .bind(id)
    .first<ShopRow>();
  if (!row) return undefined;
  const allowedOrigins = parseJson(OriginsSchema, row.allowed_origins, 'bad-json');
  const firstShelf = (row.first_shelf ?? undefined) as Digest | undefined;
  return { id, publishingKey: row.publishing_key, allowedOrigins, firstShelf };
}

/** Registers a shop or replaces its record; what it has published stays. */
export async function saveShop(db: D1Database, id: ShopId, record: ShopRecord): Promise<void> {
  await db
    .prepare(
      `INSERT INTO shops (shop, publishing_key, allowed_origins) VALUES (?1, ?2, ?3)
       ON CONFLICT (shop) DO UPDATE SET publishing_key = ?2, allowed_origins = ?3`,
    )
    .bind(id, record.publishingKey, JSON.stringify(record.allowedOrigins))
    .run();
}

/** What the shop's pages should use now, or `undefined` before the first publication. */
export async function findPublished(db: D1Database, shop: ShopId, kind: PublishedKind): Promise<Published | undefined> {
  const columns = {
    manifest: 'manifest AS envelope, manifest_digest AS digest',
    live: 'live AS envelope, live_digest AS digest',
  };
  const row = await db.prepare(`SELECT ${columns[kind]} FROM shops WHERE shop = ?`).bind(shop).first<PublishedRow>();
  if (!row?.envelope || !row.digest) return undefined;
  return { envelope: row.envelope, digest: row.digest as Digest };
}
