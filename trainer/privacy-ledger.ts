import type { Envelope, TrustedSigner } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { ShopId, TaskId } from '#protocol/ids.ts';
import { type LedgerEntry, openLedgerEntry } from '#protocol/ledger.ts';
import { InputError } from './input-error.ts';

const HOLDERS = ['trainer', 'leader', 'helper'] as const;

/** Who keeps a copy of the ledger. */
export type LedgerHolder = (typeof HOLDERS)[number];

/** The union of the three copies. */
export interface MergedLedger {
  /** Every task that any of the three knows, oldest first. */
  readonly entries: readonly LedgerEntry[];
  /** What each of them lacks: where it was restored from a backup, or was away when a task was agreed. */
  readonly lacking: Readonly<Record<LedgerHolder, readonly LedgerEntry[]>>;
}

/**
 * Puts the three copies of the ledger together.
 *
 * Guarantees:
 * - An entry that one of the three still has is counted: restoring an older backup of two of them
 *   takes nothing back.
 * - Each entry of each copy is checked by itself, so no copy is trusted.
 *
 * @param copies All entries that each holder keeps, in any order.
 * @param trusted Keys of trainer and helper.
 * @throws {InputError} If a copy holds an entry that is not signed by both, or another shop's: names
 *   whose copy it is.
 */
export async function mergeLedgers(
  copies: Readonly<Record<LedgerHolder, readonly Envelope[]>>,
  keys: { readonly shop: ShopId; readonly trusted: readonly TrustedSigner[] },
): Promise<MergedLedger> {
  const known = new Map<TaskId, LedgerEntry>();
  const held: Record<LedgerHolder, Set<TaskId>> = { trainer: new Set(), leader: new Set(), helper: new Set() };
  for (const holder of HOLDERS) {
    for (const [index, envelope] of copies[holder].entries()) {
      const entry = await openLedgerEntry(envelope, keys).catch((error: unknown) => refuse(holder, index, error));
      known.set(entry.id, known.get(entry.id) ?? entry);
      held[holder].add(entry.id);
    }
  }
  const entries = [...known.values()].sort((a, b) => a.terms.opensAtMs - b.terms.opensAtMs || (a.id < b.id ? -1 : 1));
  const lackedBy = (holder: LedgerHolder) => entries.filter(({ id }) => !held[holder].has(id));
  return {
    entries,
    lacking: { trainer: lackedBy('trainer'), leader: lackedBy('leader'), helper: lackedBy('helper') },
  };
}

function refuse(holder: LedgerHolder, index: number, error: unknown): never {
  if (!(error instanceof ProtocolError)) throw error;
  throw new InputError(
    `expected every task in the ${holder}’s ledger to be signed by trainer and helper of this shop, but entry ${index + 1} is not (${error.code}); open no round before its operator has found out why`,
    { cause: error },
  );
}
