import type { Envelope, TrustedSigner } from '#protocol/envelope.ts';
import type {} from '#protocol/ids.ts';
import type { LedgerEntry } from '#protocol/ledger.ts';
import { type LedgerState, ledgerStateOf } from '#protocol/ledger-state.ts';
import { mergeLedgers } from './privacy-ledger.ts';
import { listRounds, saveRound } from './round-file.ts';
import type { ShopWorkspace } from './workspace.ts';

/** One party's copy of the ledger. */
export interface LedgerCopy {
  /** Every entry that it keeps for the shop. */
  readonly readLedger: () => Promise<readonly Envelope[]>;
  /** Gives it entries that it lacks. It checks them itself. */
  readonly addToLedger: (entries: readonly Envelope[]) => Promise<void>;
}

/** Every task agreed on so far, known to all three. */
export interface GatheredLedger {
  /** Oldest first. */
  readonly entries: readonly LedgerEntry[];
  /** What a new task has to state. */
  readonly state: LedgerState;
}

/**
 * Brings the ledgers of trainer, leader and helper to the same state: what one of them has, all of
 * them have.
 *
 * @param parties `trusted`: keys of trainer and helper.
 * @throws {InputError} If a party does not answer, or a copy holds what was never agreed on. Then
 *   nothing is changed: without a party's copy nobody knows what was spent.
 * @throws {EdgeError} `ledger-differs` if a party keeps another task after the same ones, as restored copies may;
 *   the other entries are kept.
 */
export async function gatherLedger(
  workspace: ShopWorkspace,
  {
    leader,
    helper,
    trusted,
  }: { readonly leader: LedgerCopy; readonly helper: LedgerCopy; readonly trusted: readonly TrustedSigner[] },
): Promise<GatheredLedger> {
  const [rounds, leaderCopy, helperCopy] = await Promise.all([
    listRounds(workspace),
    leader.readLedger(),
    helper.readLedger(),
  ]);
  const copies = { trainer: rounds.map(({ envelope }) => envelope), leader: leaderCopy, helper: helperCopy };
  const { entries, lacking } = await mergeLedgers(copies, { shop: workspace.shop, trusted });
  for (const { id, terms, envelope } of lacking.trainer) {
    await saveRound(workspace, {
      taskId: id,
      envelope,
      openedAtMs: terms.opensAtMs,
      numSimulated: 0,
      outcome: { kind: 'recovered' },
    });
  }
  for (const [party, lacked] of [
    [leader, lacking.leader],
    [helper, lacking.helper],
  ] as const) {
    if (lacked.length > 0) await party.addToLedger(lacked.map(({ envelope }) => envelope));
  }
  return { entries, state: await ledgerStateOf(entries.map(({ id }) => id)) };
}
