import { join } from 'node:path';
import * as v from 'valibot';
import { type ShopId, ShopIdSchema } from '#protocol/ids.ts';
import { InputError, quoteInput } from './input-error.ts';

/**
 * Where one shop's files are.
 *
 *     <workspace>/shops/<shop>/
 *       catalog.json    the items, in row order
 *       baskets.jsonl   one order a line, by time
 *       import.json     the report of the import that wrote the two files above
 *       model/          the trained model and its published bundles
 *       keys/           signing keys
 *       rounds/         tasks and results of learning rounds: the trainer's copy of the privacy ledger
 *       privacy-budget.json  how much may be learned about one device
 */
export interface ShopWorkspace {
  readonly shop: ShopId;
  readonly dir: string;
  readonly catalogFile: string;
  readonly basketsFile: string;
  readonly importFile: string;
  readonly modelDir: string;
  readonly keysDir: string;
  readonly roundsDir: string;
  readonly budgetFile: string;
}

/**
 * Names the files of one shop. Reads and makes nothing.
 *
 * @param root The workspace folder, as typed.
 * @throws {InputError} If `shop` is not a shop id.
 */
export function openWorkspace(root: string, shop: string): ShopWorkspace {
  const parsed = v.safeParse(ShopIdSchema, shop);
  if (!parsed.success) {
    throw new InputError(
      `expected --shop to be 1–63 of a–z, 0–9 and "-", starting with a letter, came ${quoteInput(shop)}; choose such a name`,
    );
  }
  const dir = join(root, 'shops', parsed.output);
  return {
    shop: parsed.output,
    dir,
    catalogFile: join(dir, 'catalog.json'),
    basketsFile: join(dir, 'baskets.jsonl'),
    importFile: join(dir, 'import.json'),
    modelDir: join(dir, 'model'),
    keysDir: join(dir, 'keys'),
    roundsDir: join(dir, 'rounds'),
    budgetFile: join(dir, 'privacy-budget.json'),
  };
}
