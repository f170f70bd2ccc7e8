import * as v from 'valibot';
import { fromBase64Url } from './bytes.ts';
import { digestOf } from './digest.ts';
import { type Envelope, EnvelopeSchema, openEnvelope, type TrustedSigner } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import { PositiveCountSchema, PositiveSchema, type ShopId, ShopIdSchema, type TaskId, TimeMsSchema } from './ids.ts';
import { LedgerStateSchema } from './ledger-state.ts';
import { parseJson } from './parse.ts';

/**
 * The privacy ledger of a shop: the signed envelope of every task that was ever agreed on, whatever
 * became of its round. Trainer, leader and helper each keep all of them, and what was spent is the
 * union of the three.
 *
 * Guarantees:
 * - An entry proves itself by the signatures of trainer and helper: nobody can add another's.
 * - A new task states all earlier ones, and a party that knows another set refuses it
 *   (`ledger-state.ts`): to forget an entry, all three copies have to go back behind it.
 */

/**
 * What the ledger reads of a task. Fields that it does not know are skipped, and the format is not
 * looked at: a task that an earlier release agreed on still counts.
 */
export const LedgerTermsSchema = v.object({
  shop: ShopIdSchema,
  kind: v.string(),
  noiseMultiplier: PositiveSchema,
  minSeparationMs: PositiveCountSchema,
  maxParticipations: PositiveCountSchema,
  privacyWindowMs: PositiveCountSchema,
  opensAtMs: TimeMsSchema,
  closesAtMs: TimeMsSchema,
  /** What it states of the tasks before it; an earlier release's stated nothing. */
  ledger: v.optional(LedgerStateSchema),
});
export type LedgerTerms = v.InferOutput<typeof LedgerTermsSchema>;

/** An entry whose signatures were checked. */
export interface LedgerEntry {
  /** SHA-256 of the payload. */
  readonly id: TaskId;
  readonly terms: LedgerTerms;
  readonly envelope: Envelope;
}

/** Entries a party keeps of one shop at most: a task an hour for a year. */
export const MAX_LEDGER_ENTRIES = 10_000;

/** Entries in one `POST …/ledger`: 300 kB or so. */
export const LEDGER_ENTRIES_A_REQUEST = 100;

/** A party's copy, or entries that it lacks: `GET` and `POST …/ledger`. */
export const LedgerSchema = v.strictObject({
  entries: v.pipe(v.array(EnvelopeSchema), v.maxLength(MAX_LEDGER_ENTRIES)),
});

/**
 * Opens an entry that another party keeps.
 *
 * @param trusted The keys of trainer and helper: both must have signed.
 * @throws {ProtocolError} What `openEnvelope` throws; `task-invalid` if it states no terms or is
 *   another shop's.
 */
export async function openLedgerEntry(
  envelope: Envelope,
  { shop, trusted }: { readonly shop: ShopId; readonly trusted: readonly TrustedSigner[] },
): Promise<LedgerEntry> {
  const { payload } = await openEnvelope(envelope, { payloadType: 'application/vnd.vitrine.task+json', trusted });
  const terms = parseJson(LedgerTermsSchema, payload, 'task-invalid');
  if (terms.shop !== shop) throw new ProtocolError('task-invalid', `expected a task of shop ${shop}, got another's`);
  return { id: (await digestOf(payload)) as string as TaskId, terms, envelope };
}

/**
 * The terms of an entry that was checked before: its signatures are not looked at.
 *
 * @throws {ProtocolError} `task-invalid` if it states none.
 */
export function ledgerTermsOf(envelope: Envelope): LedgerTerms {
  return parseJson(LedgerTermsSchema, fromBase64Url(envelope.payload), 'task-invalid');
}
