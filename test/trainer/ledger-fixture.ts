import { utf8 } from '#protocol/bytes.ts';
import { cosignEnvelope, type Envelope, signEnvelope } from '#protocol/envelope.ts';
import type { SigningKey } from '#protocol/keys.ts';
import type { LedgerTerms } from '#protocol/ledger.ts';
import { fixedKey } from '../protocol/fixed-key.ts';
import { NOW_MS, SHOP } from '../protocol/manifest-fixture.ts';

export const DAY_MS = 86_400_000;

/** Terms of a round that opens on the `day`-th day and is open for a day. */
export function termsOn(day: number, overrides: Partial<LedgerTerms> = {}): LedgerTerms {
  return {
    shop: SHOP,
    kind: 'model-update',
    noiseMultiplier: 1.7,
    minSeparationMs: DAY_MS,
    maxParticipations: 5,
    privacyWindowMs: 30 * DAY_MS,
    opensAtMs: NOW_MS + day * DAY_MS,
    closesAtMs: NOW_MS + (day + 1) * DAY_MS,
    ...overrides,
  };
}

/** The keys of the fixture's trainer, helper, and of somebody else. */
export async function ledgerKeys() {
  const [trainer, helper, stranger] = await Promise.all([fixedKey(17), fixedKey(23), fixedKey(29)]);
  return { trainer, helper, stranger, trusted: [trainer.fingerprint, helper.fingerprint] };
}

/** A task of these terms, signed in turn. */
export async function signTerms(terms: object, first: SigningKey, ...others: SigningKey[]): Promise<Envelope> {
  let envelope = await signEnvelope('application/vnd.vitrine.task+json', utf8(JSON.stringify(terms)), first);
  for (const key of others) envelope = await cosignEnvelope(envelope, key);
  return envelope;
}

/** An entry as trainer and helper agreed on it. */
export async function agreedEntry(day: number, overrides: Partial<LedgerTerms> = {}): Promise<Envelope> {
  const { trainer, helper } = await ledgerKeys();
  return signTerms(termsOn(day, overrides), trainer, helper);
}
