import * as v from 'valibot';
import { STOCKS } from '#protocol/card-limits.ts';
import type { Stock } from '#protocol/catalog.ts';
import { type ItemId, ItemIdSchema } from '#protocol/ids.ts';
import { readCsvRecords } from './csv-file.ts';
import { InputError, quoteInput } from './input-error.ts';
import { PRICE_ADVICE, parsePriceCents } from './price.ts';
import { readTextFile } from './text-file.ts';

/** Stock and prices of today, for the items that are named; others are in stock, at the catalog's price. */
export interface StockFile {
  readonly stock: Record<ItemId, Stock>;
  readonly priceCents: Record<ItemId, number>;
}

const STOCK_ADVICE = `write ${STOCKS.join(', ')} or nothing`;

/**
 * Reads a CSV file with the columns `id` and `stock`, `price` or both. An empty field says nothing.
 *
 * @throws {InputError} If a column is missing, or a field cannot be what it should be; with its line.
 */
export async function readStockFile(file: string): Promise<StockFile> {
  const read: { stock: Record<ItemId, Stock>; priceCents: Record<ItemId, number> } = { stock: {}, priceCents: {} };
  let columns: ReturnType<typeof columnsOf> | undefined;
  for await (const { line, fields } of readCsvRecords(file, readTextFile(file, 'utf-8'))) {
    if (!columns) {
      columns = columnsOf(file, fields);
      continue;
    }
    const refuse = (what: string, came: string, advice: string): never => {
      throw new InputError(`${file}, line ${line}: expected ${what}, came ${quoteInput(came)}; ${advice}`);
    };
    const { id, stock = '', price = '' } = columns(fields);
    const parsed = v.safeParse(ItemIdSchema, id);
    if (!parsed.success) return refuse('an item id', id, 'write 1–128 printable characters');
    const known = STOCKS.find((name) => name === stock);
    if (known) read.stock[parsed.output] = known;
    else if (stock !== '') refuse('the stock', stock, STOCK_ADVICE);
    if (price === '') continue;
    const cents = parsePriceCents(price);
    if (cents === undefined || cents < 0) return refuse('a price', price, PRICE_ADVICE);
    read.priceCents[parsed.output] = cents;
  }
  return read;
}

function columnsOf(file: string, header: readonly string[]) {
  const at = (name: string): number => header.indexOf(name);
  if (at('id') < 0 || (at('stock') < 0 && at('price') < 0)) {
    throw new InputError(
      `${file}: expected columns id and stock, price or both, came ${quoteInput(header.join(','))}; name them so`,
    );
  }
  return (fields: readonly string[]) => ({
    id: fields[at('id')] ?? '',
    stock: fields[at('stock')],
    price: fields[at('price')],
  });
}
