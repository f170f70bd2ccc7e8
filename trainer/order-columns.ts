import { InputError, quoteInput } from './input-error.ts';

/** What is read from an order line; also the keys of `--column`. */
export type OrderColumn = 'order' | 'item' | 'title' | 'quantity' | 'date' | 'price' | 'customer';

/** Position of each column in a record. `title` and `price` are absent where a catalog gives them. */
export type ColumnPositions = Readonly<Partial<Record<OrderColumn, number>>>;

/** Our own names, then those of both editions of UCI Online Retail. */
const KNOWN_NAMES: Readonly<Record<OrderColumn, readonly string[]>> = {
  order: ['order_id', 'InvoiceNo', 'Invoice'],
  item: ['item_id', 'StockCode'],
  title: ['title', 'Description'],
  quantity: ['quantity'],
  date: ['ordered_at', 'InvoiceDate'],
  price: ['unit_price', 'UnitPrice', 'Price'],
  customer: ['customer_id', 'CustomerID'],
};

const ORDER_COLUMNS = Object.keys(KNOWN_NAMES) as readonly OrderColumn[];

/** More names than this would hide the advice behind them. */
const MAX_SHOWN_COLUMNS = 20;

/** How to look for columns. */
export interface ColumnSearch {
  readonly file: string;
  /** From `--column`: the header's name for a column whose name is not known. */
  readonly overrides: ReadonlyMap<OrderColumn, string>;
  /** A catalog gives titles and prices, so their columns may be missing. */
  readonly hasCatalog: boolean;
}

/**
 * Finds the columns by their names. Case, spaces and punctuation in names don't matter.
 *
 * @throws {InputError} If a column is missing; names what was looked for and what there is.
 */
export function findColumns(header: readonly string[], { file, overrides, hasCatalog }: ColumnSearch): ColumnPositions {
  const names = header.map(comparableName);
  const positions: Partial<Record<OrderColumn, number>> = {};
  for (const column of ORDER_COLUMNS) {
    const override = overrides.get(column);
    const wanted = override === undefined ? KNOWN_NAMES[column] : [override];
    const position = wanted.map((name) => names.indexOf(comparableName(name))).find((index) => index !== -1);
    if (position !== undefined) {
      positions[column] = position;
    } else if (override !== undefined || !hasCatalog || (column !== 'title' && column !== 'price')) {
      throw new InputError(
        `expected a column ${wanted.join(' or ')} for the ${column} in ${file}, came ${listNames(header)}; name it with --column ${column}=NAME`,
      );
    }
  }
  return positions;
}

/**
 * Reads `--column` options.
 *
 * @param options Texts such as `title=Description`.
 * @throws {InputError} If one is not of that form or names no column of ours.
 */
export function parseColumnOptions(options: readonly string[]): Map<OrderColumn, string> {
  return new Map(
    options.map((option) => {
      const [key = '', ...rest] = option.split('=');
      const name = rest.join('=').trim();
      const column = ORDER_COLUMNS.find((known) => known === key.trim());
      if (column === undefined || name === '') {
        throw new InputError(
          `expected --column KEY=NAME with KEY one of ${ORDER_COLUMNS.join(', ')}, came ${quoteInput(option)}; write for example --column title=Description`,
        );
      }
      return [column, name];
    }),
  );
}

/** Tells whether two column names are the same but for case, spaces and punctuation. */
export function isSameColumnName(left: string, right: string): boolean {
  return comparableName(left) === comparableName(right);
}

function comparableName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function listNames(header: readonly string[]): string {
  const shown = header.slice(0, MAX_SHOWN_COLUMNS).map(quoteInput).join(', ');
  return header.length > MAX_SHOWN_COLUMNS ? `${shown} and more` : shown;
}
