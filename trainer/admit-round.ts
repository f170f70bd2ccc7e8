import type { RoundTerms } from '#privacy/worst-participation.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import type { LedgerState } from '#protocol/ledger.ts';
import { readBudget } from './budget-file.ts';
import type { Parties } from './deployment.ts';
import { gatherLedger } from './gather-ledger.ts';
import { type BudgetCheck, requireBudget } from './privacy-budget.ts';
import type { ShopWorkspace } from './workspace.ts';

/** A round that somebody wants to open now. */
export type ProposedRound = Omit<RoundTerms, 'opensAtMs' | 'closesAtMs'> & { readonly durationMs: number };

/**
 * Lets a new round pass if the shop's budget has room for it, counting every task that trainer, leader
 * or helper knows.
 *
 * @returns What the round costs, and what its task has to state of the ledger.
 * @throws {InputError} If it would pass the budget, a party does not answer, or a file was edited.
 */
export async function admitRound(
  workspace: ShopWorkspace,
  { key, leader, helper }: Parties,
  { durationMs, ...proposed }: ProposedRound,
): Promise<{ readonly check: BudgetCheck; readonly ledger: LedgerState }> {
  const budget = await readBudget(workspace);
  const helperKey = await fingerprintOf((await helper.identity()).publicKey);
  const { entries, state } = await gatherLedger(workspace, { leader, helper, trusted: [key.fingerprint, helperKey] });
  const opensAtMs = Date.now();
  const earlier = entries.map(({ terms }) => terms);
  const check = requireBudget(budget, earlier, { ...proposed, opensAtMs, closesAtMs: opensAtMs + durationMs });
  return { check, ledger: state };
}
