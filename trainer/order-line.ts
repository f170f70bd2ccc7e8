import * as v from 'valibot';
import { ItemIdSchema } from '#protocol/ids.ts';
import type { CsvRecord } from './csv-file.ts';
import type { DropReason } from './drop-reason.ts';
import { InputError, quoteInput } from './input-error.ts';
import type { ColumnPositions, OrderColumn } from './order-columns.ts';
import type { OrderConventions } from './order-conventions.ts';
import { type DateFormat, parseOrderDate } from './order-date.ts';
import { PRICE_ADVICE, parsePriceCents } from './price.ts';

/** One line of an order that can be used. */
export interface OrderLine {
  readonly orderId: string;
  readonly customer: string;
  readonly itemId: string;
  /** As written; may be empty. */
  readonly title: string;
  readonly atMs: number;
  /** Of one piece, above 0. Absent where the file has no prices and a catalog gives them. */
  readonly priceCents?: number;
}

/** What becomes of one record. */
export type LineFate =
  | { readonly kind: 'kept'; readonly line: OrderLine }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/** Everything that decides about lines and is the same for a whole file. */
export interface LineRules {
  readonly file: string;
  readonly header: readonly string[];
  readonly columns: ColumnPositions;
  readonly conventions: OrderConventions;
  readonly dateFormat: DateFormat;
  /** With a catalog, its ids decide what a product is and the conventions are not asked. */
  readonly isInCatalog?: (itemId: string) => boolean;
}

/**
 * Reads one record of an order file. The first reason that fits drops it; a value is checked only
 * if nothing before it dropped the line, so that a cancellation's odd price does no harm.
 *
 * @throws {InputError} If a value is there but is not what its column holds; names file, line and
 *   column.
 */
export function readOrderLine(record: CsvRecord, rules: LineRules): LineFate {
  const { columns, conventions, isInCatalog } = rules;
  const text = (column: OrderColumn) => fieldOf(record, columns, column);

  const orderId = text('order');
  if (conventions.isCancellation(orderId)) return dropped('cancellation');
  const code = text('item');
  if (orderId === '' || code === '') return dropped('missing-value');
  const itemId = isInCatalog ? code : conventions.productId(code);
  if (itemId === undefined) return dropped('not-a-product');

  const quantityText = text('quantity');
  const priceText = text('price');
  const dateText = text('date');
  const hasPrices = columns.price !== undefined;
  if (quantityText === '' || dateText === '' || (hasPrices && priceText === '')) return dropped('missing-value');
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(quantityText)) refuse(record, rules, 'quantity', 'a number such as 6');
  if (Number(quantityText) <= 0) return dropped('return');

  const priceCents = hasPrices ? parsePriceCents(priceText) : undefined;
  if (hasPrices && priceCents === undefined) refuse(record, rules, 'price', 'a price such as 12.50', PRICE_ADVICE);
  if (priceCents !== undefined && priceCents <= 0) return dropped('zero-price');

  const customer = text('customer');
  if (customer === '') return dropped('missing-customer');
  if (isInCatalog && !isInCatalog(itemId)) return dropped('not-in-catalog');
  if (!v.is(ItemIdSchema, itemId)) refuse(record, rules, 'item', 'an item id of 1–128 printable characters');

  const line = { orderId, customer, itemId, title: text('title'), atMs: readTime(record, rules, dateText) };
  return { kind: 'kept', line: priceCents === undefined ? line : { ...line, priceCents } };
}

function dropped(reason: DropReason): LineFate {
  return { kind: 'dropped', reason };
}

function fieldOf(record: CsvRecord, columns: ColumnPositions, column: OrderColumn): string {
  const position = columns[column];
  return position === undefined ? '' : (record.fields[position] ?? '').trim();
}

function readTime(record: CsvRecord, rules: LineRules, text: string): number {
  const date = parseOrderDate(text, rules.dateFormat);
  switch (date.kind) {
    case 'time':
      return date.atMs;
    case 'ambiguous':
      return refuse(record, rules, 'date', 'a date such as 2010-12-01 08:26:00', 'pass --date-format mdy or dmy');
    case 'not-a-date':
      return refuse(record, rules, 'date', 'a date such as 2010-12-01 08:26:00');
    default:
      return date satisfies never;
  }
}

function refuse(
  record: CsvRecord,
  { file, header, columns }: LineRules,
  column: OrderColumn,
  expected: string,
  advice = 'correct the file and import it again',
): never {
  const name = header[columns[column] ?? -1] ?? column;
  const came = quoteInput(fieldOf(record, columns, column));
  throw new InputError(`${file}, line ${record.line}, column ${name}: expected ${expected}, came ${came}; ${advice}`);
}
