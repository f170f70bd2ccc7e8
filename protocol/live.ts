import * as v from 'valibot';
import { utf8 } from './bytes.ts';
import { StockSchema } from './catalog.ts';
import { type Envelope, openEnvelope, signEnvelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import {
  CountSchema,
  DigestSchema,
  ItemIdSchema,
  type KeyFingerprint,
  KeyFingerprintSchema,
  PositiveCountSchema,
  type ShopId,
  ShopIdSchema,
  TimeMsSchema,
} from './ids.ts';
import type { SigningKey } from './keys.ts';
import { parseJson } from './parse.ts';

export const LIVE_FORMAT = 1;

/** What a rule is about: one item, or a category path with all below it. */
const TargetSchema = v.variant('by', [
  v.strictObject({ by: v.literal('item'), itemId: ItemIdSchema }),
  v.strictObject({ by: v.literal('category'), path: v.pipe(v.string(), v.minLength(1)) }),
]);

const RuleSchema = v.variant('kind', [
  /** Put at this rank, from 0. */
  v.strictObject({ kind: v.literal('pin'), target: TargetSchema, rank: CountSchema }),
  /** Multiply the odds: `factor` is at least 1. */
  v.strictObject({
    kind: v.literal('boost'),
    target: TargetSchema,
    factor: v.pipe(v.number(), v.finite(), v.minValue(1)),
  }),
  /** After everything that is not buried. */
  v.strictObject({ kind: v.literal('bury'), target: TargetSchema }),
  v.strictObject({ kind: v.literal('hide'), target: TargetSchema }),
  /** At most `max` of a target on one shelf. */
  v.strictObject({ kind: v.literal('limit'), target: TargetSchema, max: CountSchema }),
]);

/** What a merchant may demand of every shelf. */
export type Rule = v.InferOutput<typeof RuleSchema>;

const LiveSchema = v.object({
  format: v.literal(LIVE_FORMAT),
  shop: ShopIdSchema,
  sequence: CountSchema,
  issuedAtMs: TimeMsSchema,
  expiresAtMs: TimeMsSchema,
  /** Kill switch: every shelf goes back to the shop's own list. */
  shelvesOff: v.boolean(),
  stock: v.record(ItemIdSchema, StockSchema),
  priceCents: v.record(ItemIdSchema, CountSchema),
  rules: v.array(RuleSchema),
  /**
   * A version that a share of the devices uses in place of the published one: the file that is its signed manifest.
   * Each device decides by a random number of its own that it never sends.
   */
  canary: v.optional(
    v.object({
      manifest: v.object({ digest: DigestSchema, bytes: PositiveCountSchema }),
      /** 0…1. */
      share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    }),
  ),
  /** Publishing keys that devices trust no longer, as far as the message's own key may say so. */
  revokedKeys: v.optional(v.array(KeyFingerprintSchema), []),
});

/** Small, short-lived facts that change between models. Signed like the manifest. */
export type Live = v.InferOutput<typeof LiveSchema>;

export async function signLive(live: Live, key: SigningKey): Promise<Envelope> {
  return signEnvelope('application/vnd.vitrine.live+json', utf8(JSON.stringify(live)), key);
}

/**
 * Opens a signed `live` message.
 *
 * @param trust `lastSequence` as in a manifest's trust, but of `live` messages.
 * @throws {ProtocolError} What `openEnvelope` throws; `live-invalid` if it is another shop's,
 *   expired or older than one already seen.
 */
export async function openLive(
  envelope: unknown,
  trust: {
    readonly publishingKeys: readonly KeyFingerprint[];
    readonly shop: ShopId;
    readonly lastSequence: number;
    readonly nowMs: number;
  },
): Promise<{ readonly live: Live; readonly signedBy: KeyFingerprint }> {
  const {
    payload,
    signedBy: [signedBy],
  } = await openEnvelope(envelope, {
    payloadType: 'application/vnd.vitrine.live+json',
    trusted: [trust.publishingKeys],
  });
  const live = parseJson(LiveSchema, payload, 'live-invalid');
  if (live.shop !== trust.shop) throw new ProtocolError('live-invalid', `expected shop ${trust.shop}, got another`);
  if (live.expiresAtMs <= trust.nowMs)
    throw new ProtocolError('live-invalid', 'expected a message valid now, got an expired one');
  if (live.sequence < trust.lastSequence) {
    throw new ProtocolError('live-invalid', `expected sequence ${trust.lastSequence} or higher, got ${live.sequence}`);
  }
  return { live, signedBy };
}
