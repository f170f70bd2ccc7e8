import * as v from 'valibot';
import { type KeyFingerprint, KeyFingerprintSchema, type ShopId, ShopIdSchema } from '#protocol/ids.ts';
import { parseWith } from '#protocol/parse.ts';
import { type ConsentLevel, ConsentLevelSchema } from './consent.ts';
import { WidgetError } from './widget-error.ts';

/** What the merchant's one line of HTML says. */
export interface Tag {
  /** Origin that served the script, and serves model and tasks. */
  readonly edge: string;
  readonly shop: ShopId;
  /**
   * The keys whose models this page accepts, and no others: one, or several while a shop changes its key or keeps a
   * spare one. A later one can revoke those before it.
   */
  readonly publishingKeys: readonly KeyFingerprint[];
  /** The second operator's key; without it no task is accepted, so learning is not offered. */
  readonly helperKey: KeyFingerprint | undefined;
  readonly consent: ConsentLevel;
  /** What model files may take on the device; `Infinity` without a limit of the merchant's. */
  readonly quotaBytes: number;
}

/** As many as a message may have signatures. */
const MAX_PUBLISHING_KEYS = 4;

const DatasetSchema = v.object({
  vitrineShop: ShopIdSchema,
  vitrineKey: v.pipe(
    v.string(),
    v.transform((text) => text.trim().split(/\s+/)),
    v.array(KeyFingerprintSchema),
    v.maxLength(MAX_PUBLISHING_KEYS),
  ),
  vitrineHelperKey: v.optional(KeyFingerprintSchema),
  vitrineConsent: v.optional(ConsentLevelSchema, 'memory'),
  vitrineQuota: v.optional(v.string()),
});

const BYTES_PER_UNIT: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9 };

/**
 * Reads the tag's `data-vitrine-…` attributes.
 *
 * A helper key equal to a publishing key counts as none: one signer must not pass for two.
 *
 * @throws {ProtocolError} `bad-id` if an attribute is missing or malformed. {@link WidgetError} `bad-quota`.
 */
export function parseTag(dataset: Readonly<Record<string, string | undefined>>, edge: string): Tag {
  const { vitrineShop, vitrineKey, vitrineHelperKey, vitrineConsent, vitrineQuota } = parseWith(
    DatasetSchema,
    { ...dataset },
    'bad-id',
  );
  return {
    edge,
    shop: vitrineShop,
    publishingKeys: vitrineKey,
    helperKey: vitrineKey.some((key) => key === vitrineHelperKey) ? undefined : vitrineHelperKey,
    consent: vitrineConsent,
    quotaBytes: vitrineQuota === undefined ? Number.POSITIVE_INFINITY : parseQuota(vitrineQuota),
  };
}

/** `4mb`, `1.5 MB` or `900kb`, in powers of ten. */
function parseQuota(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]b)$/.exec(text.toLowerCase()) ?? [];
  const bytes = Number(amount) * (BYTES_PER_UNIT[unit] ?? 0);
  if (bytes > 0) return bytes;
  throw new WidgetError('bad-quota', `expected data-vitrine-quota to be a size such as 4mb, got ${text}`);
}
