import type { D1Database } from '@cloudflare/workers-types';
import * as v from 'valibot';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest, KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { parseJson } from '#protocol/parse.ts';
import {
  type Region,
  SHOPS_A_PAGE,
  type ShopKey,
  type ShopLimits,
  ShopLimitsSchema,
  type ShopList,
  type ShopState,
  type ShopView,
} from '#protocol/shop.ts';

/** A shop as the database has it. */
export interface Shop {
  readonly id: ShopId;
  readonly state: ShopState;
  readonly allowedOrigins: readonly string[];
  readonly limits: ShopLimits;
  readonly region: Region | undefined;
  /** Those that may publish and open rounds: raw Ed25519 public keys, base64url. */
  readonly publishingKeys: readonly string[];
  /** Those that were revoked: what they signed in the past stays true, as in the privacy ledger. */
  readonly revokedKeys: readonly string[];
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

type ShopRow = {
  shop: string;
  state: string;
  allowed_origins: string;
  limits: string;
  region: string | null;
  created_at_ms: number;
  manifest_sequence: number;
  first_shelf: string | null;
  keys: string;
};
type PublicationRow = {
  manifest: string | null;
  manifest_digest: string | null;
  live: string | null;
  live_digest: string | null;
  live_sequence: number;
};

const OriginsSchema = v.array(v.string());
const KeysSchema = v.array(
  v.object({ publicKey: v.string(), addedAtMs: v.number(), revokedAtMs: v.nullable(v.number()) }),
);

/** A deleted shop's row only keeps its id from being given away again. */
const SELECT_SHOP = `
  SELECT shop, state, allowed_origins, limits, region, created_at_ms, manifest_sequence, first_shelf,
         (SELECT json_group_array(json_object('publicKey', public_key, 'addedAtMs', added_at_ms, 'revokedAtMs', revoked_at_ms))
          FROM shop_keys WHERE shop_keys.shop = shops.shop) AS keys
  FROM shops WHERE shop = ? AND state <> 'deleted'`;

/** The shop, or `undefined` where there is none of this id, or none any more. */
export async function findShop(db: D1Database, id: ShopId): Promise<Shop | undefined> {
  const row = await db.prepare(SELECT_SHOP).bind(id).first<ShopRow>();
  return row ? shopOf(row) : undefined;
}

function shopOf(row: ShopRow): Shop {
  const keys = keysOf(row);
  return {
    id: row.shop as ShopId,
    state: row.state as ShopState,
    ...settingsOf(row),
    region: (row.region ?? undefined) as Region | undefined,
    publishingKeys: keys.filter(({ revokedAtMs }) => revokedAtMs === null).map(({ publicKey }) => publicKey),
    revokedKeys: keys.filter(({ revokedAtMs }) => revokedAtMs !== null).map(({ publicKey }) => publicKey),
    firstShelf: (row.first_shelf ?? undefined) as Digest | undefined,
  };
}

/** The same with what it has published. */
export interface ShopWithPublications extends Shop {
  readonly manifest: Published | undefined;
  readonly live: Published | undefined;
  /** Of the last ones, whether they are still served or not: only higher ones are taken. */
  readonly manifestSequence: number;
  readonly liveSequence: number;
}

/** The shop with what its pages should use now. */
export async function findShopWithPublications(db: D1Database, id: ShopId): Promise<ShopWithPublications | undefined> {
  const row = await db
    .prepare(SELECT_SHOP.replace('SELECT', 'SELECT manifest, manifest_digest, live, live_digest, live_sequence,'))
    .bind(id)
    .first<ShopRow & PublicationRow>();
  if (!row) return undefined;
  return {
    ...shopOf(row),
    manifest: publishedOf(row.manifest, row.manifest_digest),
    live: publishedOf(row.live, row.live_digest),
    manifestSequence: row.manifest_sequence,
    liveSequence: row.live_sequence,
  };
}

/** The same as its operator sees it. */
export async function findShopView(db: D1Database, id: ShopId): Promise<ShopView | undefined> {
  const row = await db.prepare(SELECT_SHOP).bind(id).first<ShopRow>();
  if (!row) return undefined;
  return {
    shop: id,
    state: row.state as ShopState,
    settings: { ...settingsOf(row), ...(row.region !== null && { region: row.region as Region }) },
    keys: keysOf(row),
    createdAtMs: row.created_at_ms,
    manifestSequence: row.manifest_sequence,
  };
}

/** A page of all shops. @param after The id of the last one that is known, or `''`. */
export async function listShops(db: D1Database, after: string): Promise<ShopList> {
  const { results } = await db
    .prepare(
      `SELECT shop, state, created_at_ms AS createdAtMs FROM shops
       WHERE shop > ? AND state <> 'deleted' ORDER BY shop LIMIT ?`,
    )
    .bind(after, SHOPS_A_PAGE + 1)
    .all<ShopList['shops'][number]>();
  const shops = results.slice(0, SHOPS_A_PAGE);
  return { shops, next: results.length > SHOPS_A_PAGE ? (shops.at(-1)?.shop ?? null) : null };
}

/** Fingerprints of the shop's publishing keys, as messages are opened with. */
export function publishingFingerprints(shop: Pick<Shop, 'publishingKeys'>): Promise<KeyFingerprint[]> {
  return Promise.all(shop.publishingKeys.map(fingerprintOf));
}

/** Which of the shop's keys has signed a message that was opened with them: the first one, as `openEnvelope` has it. */
export function signerOf({ signatures }: Envelope, { publishingKeys }: Pick<Shop, 'publishingKeys'>): string {
  const signer = publishingKeys.find((key) => signatures.some(({ publicKey }) => publicKey === key));
  if (signer === undefined) throw new Error('expected a message that one of the shop’s keys has signed');
  return signer;
}

function publishedOf(envelope: string | null, digest: string | null): Published | undefined {
  return envelope && digest ? { envelope, digest: digest as Digest } : undefined;
}

function settingsOf(row: ShopRow): Pick<Shop, 'allowedOrigins' | 'limits'> & { allowedOrigins: string[] } {
  return {
    allowedOrigins: parseJson(OriginsSchema, row.allowed_origins, 'bad-json'),
    limits: parseJson(ShopLimitsSchema, row.limits, 'bad-json'),
  };
}

function keysOf(row: ShopRow): ShopKey[] {
  return parseJson(KeysSchema, row.keys, 'bad-json');
}
