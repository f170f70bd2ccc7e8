import * as v from 'valibot';
import { CountSchema, PositiveCountSchema, ShopIdSchema, TimeMsSchema } from './ids.ts';
import { MAX_BATCH } from './task.ts';

/** A raw Ed25519 public key, 32 bytes as base64url. */
export const PublicKeySchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, 'expected 43 base64url characters'));

/** Where a shop's rounds are kept, as far as the platform can: Cloudflare's location hints. */
export const REGIONS = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'apac-ne',
  'apac-se',
  'oc',
  'afr',
  'me',
] as const;
export type Region = (typeof REGIONS)[number];

/** As browsers send it: scheme, lower-case host and the port where it is not the scheme's own. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** What one shop may take. */
export const ShopLimitsSchema = v.strictObject({
  /** All of its files at the edge together. */
  storageBytes: v.optional(PositiveCountSchema, 1024 ** 3),
  /** Reports of one round, as its task states them in `maxBatch`. */
  reportsPerRound: v.optional(v.pipe(PositiveCountSchema, v.maxValue(MAX_BATCH)), MAX_BATCH),
});
export type ShopLimits = v.InferOutput<typeof ShopLimitsSchema>;

/** What an operator decides about a shop: `PUT /v1/shops/:shop`. What is left out has its default. */
export const ShopSettingsSchema = v.strictObject({
  /** Origins whose pages may read and report, `https://shop.example`. */
  allowedOrigins: v.pipe(
    v.array(v.pipe(v.string(), v.check(isOrigin, 'expected an origin such as https://shop.example'))),
    v.minLength(1),
    v.maxLength(20),
  ),
  limits: v.optional(ShopLimitsSchema, {}),
  /** Without it rounds are kept near whoever opens them. */
  region: v.optional(v.picklist(REGIONS)),
});
export type ShopSettings = v.InferOutput<typeof ShopSettingsSchema>;
/** The same as it is sent. */
export type ShopSettingsSent = v.InferInput<typeof ShopSettingsSchema>;

/** What is sent to change a shop's state: `PUT /v1/shops/:shop/state`. */
export const ShopStateSchema = v.strictObject({
  /** A suspended shop serves and takes nothing; its open rounds still come to their end. */
  state: v.picklist(['active', 'suspended']),
});
export type ShopState = v.InferOutput<typeof ShopStateSchema>['state'];

/** A publishing key that a shop has or had. */
export const ShopKeySchema = v.object({
  publicKey: PublicKeySchema,
  addedAtMs: TimeMsSchema,
  /** For good: a revoked key can't be added again. */
  revokedAtMs: v.nullable(TimeMsSchema),
});
export type ShopKey = v.InferOutput<typeof ShopKeySchema>;

/** A shop as its operator sees it: `GET /v1/shops/:shop`. */
export const ShopViewSchema = v.object({
  shop: ShopIdSchema,
  state: v.picklist(['active', 'suspended']),
  settings: ShopSettingsSchema,
  keys: v.array(ShopKeySchema),
  createdAtMs: TimeMsSchema,
  /** Of the version published now; 0 before the first. */
  manifestSequence: CountSchema,
});
export type ShopView = v.InferOutput<typeof ShopViewSchema>;

/** Shops in order of their ids, at most {@link SHOPS_A_PAGE}: `GET /v1/shops?after=ID`. */
export const ShopListSchema = v.object({
  shops: v.array(
    v.object({ shop: ShopIdSchema, state: v.picklist(['active', 'suspended']), createdAtMs: TimeMsSchema }),
  ),
  /** The id to ask after for more; null on the last page. */
  next: v.nullable(ShopIdSchema),
});
export type ShopList = v.InferOutput<typeof ShopListSchema>;
export const SHOPS_A_PAGE = 200;

/** One change to a shop: `GET /v1/shops/:shop/audit-log`, latest first. */
export const AuditEntrySchema = v.object({
  atMs: TimeMsSchema,
  /** Fingerprint of the key that signed the request. */
  by: v.string(),
  action: v.string(),
  /** What was set, as JSON. */
  detail: v.string(),
});
export const AuditLogSchema = v.object({ entries: v.array(AuditEntrySchema) });
export type AuditEntry = v.InferOutput<typeof AuditEntrySchema>;
export const AUDIT_ENTRIES_A_PAGE = 500;
