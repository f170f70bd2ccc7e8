import type { RoundTerms } from '#privacy/worst-participation.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import type { LedgerState } from '#protocol/ledger-state.ts';
import { readBudget } from './budget-file.ts';
import type { Parties } from './deployment.ts';
import { gatherLedger } from './gather-ledger.ts';
import { type BudgetCheck, requireBudget } from './privacy-budget.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * Lets a new round pass if the shop's budget has room for it, counting every task that trainer, leader
 * or helper knows.
 *
 * @param proposed Opens now.
 * @returns What the round costs, and what its task has to state of the ledger.
 * @throws {InputError} If it would pass the budget, a party does not answer, or a file was edited.
 */
export async function admitRound(
  workspace: ShopWorkspace,
  { publishers, leader, helper }: Parties,
  proposed: RoundTerms,
): Promise<{ readonly check: BudgetCheck; readonly ledger: LedgerState }> {
  const budget = await readBudget(workspace);
  const helperKey = await fingerprintOf((await helper.identity()).publicKey);
  const { entries, state } = await gatherLedger(workspace, { leader, helper, trusted: [publishers, helperKey] });
  const earlier = entries.map(({ terms }) => terms);
  return { check: requireBudget(budget, earlier, proposed), ledger: state };
}
