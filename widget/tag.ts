import * as v from 'valibot';
import { type KeyFingerprint, KeyFingerprintSchema, type ShopId, ShopIdSchema } from '#protocol/ids.ts';
import { parseWith } from '#protocol/parse.ts';
import { type ConsentLevel, ConsentLevelSchema } from './consent.ts';

/** What the merchant's one line of HTML says. */
export interface Tag {
  /** Origin that served the script, and serves model and tasks. */
  readonly edge: string;
  readonly shop: ShopId;
  /** The only key whose models this page accepts. */
  readonly publishingKey: KeyFingerprint;
  /** The second operator's key; without it no task is accepted, so learning is not offered. */
  readonly helperKey: KeyFingerprint | undefined;
  readonly consent: ConsentLevel;
}

const DatasetSchema = v.object({
  vitrineShop: ShopIdSchema,
  vitrineKey: KeyFingerprintSchema,
  vitrineHelperKey: v.optional(KeyFingerprintSchema),
  vitrineConsent: v.optional(ConsentLevelSchema, 'memory'),
});

/**
 * Reads the tag's `data-vitrine-…` attributes.
 *
 * A helper key equal to the publishing key counts as none: one signer must not pass for two.
 *
 * @throws {ProtocolError} `bad-id` if an attribute is missing or malformed.
 */
export function parseTag(dataset: Readonly<Record<string, string | undefined>>, edge: string): Tag {
  const { vitrineShop, vitrineKey, vitrineHelperKey, vitrineConsent } = parseWith(
    DatasetSchema,
    { ...dataset },
    'bad-id',
  );
  return {
    edge,
    shop: vitrineShop,
    publishingKey: vitrineKey,
    helperKey: vitrineHelperKey === vitrineKey ? undefined : vitrineHelperKey,
    consent: vitrineConsent,
  };
}
