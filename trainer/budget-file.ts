import * as v from 'valibot';
import { PositiveSchema } from '#protocol/ids.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { readJsonFile, requireFit } from './json-file.ts';
import { DEFAULT_BUDGET, type PrivacyBudget } from './privacy-budget.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Strict: a field that is not known may be one that somebody relies on. */
const BudgetSchema = v.strictObject({
  epsilon: PositiveSchema,
  /** No larger than a task's. */
  delta: v.pipe(PositiveSchema, v.maxValue(1e-3)),
  windowDays: PositiveSchema,
});

/**
 * The shop's budget, or the default where it has chosen none.
 *
 * @throws {InputError} If the file was edited into something else: names the field.
 */
export async function readBudget({ budgetFile }: ShopWorkspace): Promise<PrivacyBudget> {
  return (await readJsonFile(budgetFile, BudgetSchema)) ?? DEFAULT_BUDGET;
}

/** @throws {InputError} If it could not be read again: names the field. */
export async function saveBudget({ budgetFile }: ShopWorkspace, budget: PrivacyBudget): Promise<void> {
  await writeJsonAtomically(budgetFile, requireFit(budgetFile, BudgetSchema, budget));
}
