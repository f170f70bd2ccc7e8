import * as v from 'valibot';
import { utf8 } from './bytes.ts';
import { digestOf } from './digest.ts';
import { CountSchema, DigestSchema, type TaskId } from './ids.ts';

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
 * it lacks from the trainer first, entry by entry through `openLedgerEntry`; one that knows
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
