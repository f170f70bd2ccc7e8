import * as v from 'valibot';
import { fromBase64Url, utf8 } from './bytes.ts';
import { digestOf } from './digest.ts';
import { type Envelope, EnvelopeSchema, openEnvelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import {
  CountSchema,
  DigestSchema,
  type KeyFingerprint,
  PositiveCountSchema,
  PositiveSchema,
  type ShopId,
  ShopIdSchema,
  type TaskId,
  TimeMsSchema,
} from './ids.ts';
import { parseJson } from './parse.ts';

/**
 * The privacy ledger of a shop: the signed envelope of every task that was ever agreed on, whatever
 * became of its round. Trainer, leader and helper each keep all of them, and what was spent is the
 * union of the three.
 *
 * Guarantees:
 * - An entry proves itself by the signatures of trainer and helper: nobody can add another's.
 * - A new task states all earlier ones, and a party that knows another set refuses it
 *   ({@link compareLedger}): to forget an entry, all three copies have to go back behind it.
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

/** A party's copy, or entries that it lacks: `GET` and `POST …/ledger`. */
export const LedgerSchema = v.strictObject({
  entries: v.pipe(v.array(EnvelopeSchema), v.maxLength(MAX_LEDGER_ENTRIES)),
});

/** All tasks before a new one, as the new one states them. */
export const LedgerStateSchema = v.object({
  count: CountSchema,
  /** SHA-256 over the sorted task ids, in hexadecimal, one a line. */
  digest: DigestSchema,
});
export type LedgerState = v.InferOutput<typeof LedgerStateSchema>;

/** Whether a party knows the very entries that a new task states. */
export type LedgerComparison = { readonly kind: 'same' } | { readonly kind: 'differs'; readonly known: number };

/** Names a set of entries. Order and repetition do not matter. */
export async function ledgerStateOf(ids: Iterable<TaskId>): Promise<LedgerState> {
  const sorted = [...new Set(ids)].sort();
  return { count: sorted.length, digest: await digestOf(utf8(sorted.join('\n'))) };
}

/**
 * The check that leader and helper make before they register a new task.
 *
 * Where it differs, the party must not sign or open the task. One that knows too little takes what
 * it lacks from the trainer first, entry by entry through {@link openLedgerEntry}; one that knows
 * more has found out that trainer and task were wound back.
 *
 * @param stated In the task.
 * @param known Ids of all entries that the party keeps for the shop, the new task's not among them.
 */
export async function compareLedger(stated: LedgerState, known: Iterable<TaskId>): Promise<LedgerComparison> {
  const own = await ledgerStateOf(known);
  const isSame = own.count === stated.count && own.digest === stated.digest;
  return isSame ? { kind: 'same' } : { kind: 'differs', known: own.count };
}

/**
 * Opens an entry that another party keeps.
 *
 * @param trusted The keys of trainer and helper: both must have signed.
 * @throws {ProtocolError} What `openEnvelope` throws; `task-invalid` if it states no terms or is
 *   another shop's.
 */
export async function openLedgerEntry(
  envelope: Envelope,
  { shop, trusted }: { readonly shop: ShopId; readonly trusted: readonly KeyFingerprint[] },
): Promise<LedgerEntry> {
  const payload = await openEnvelope(envelope, { payloadType: 'application/vnd.vitrine.task+json', trusted });
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
