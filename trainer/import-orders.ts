import { basename } from 'node:path';
import { BasketCollection } from './basket-collection.ts';
import { readCatalogFile } from './catalog-file.ts';
import { readCsvRecords } from './csv-file.ts';
import { type Basket, type Dataset, writeDataset } from './dataset.ts';
import { DROP_REASONS, type DropCounts, type DropReason, makeDropCounts } from './drop-reason.ts';
import { withFirstSeen } from './first-seen.ts';
import { InputError } from './input-error.ts';
import { ObservedItems } from './observed-items.ts';
import { findColumns, type OrderColumn } from './order-columns.ts';
import { findConventions, type OrderConventions } from './order-conventions.ts';
import type { DateFormat } from './order-date.ts';
import { type LineRules, type OrderLine, readOrderLine } from './order-line.ts';
import { pickItems } from './pick-items.ts';
import { readTextFile } from './text-file.ts';
import type { ShopWorkspace } from './workspace.ts';

/** An order file and how to read it. */
export interface OrdersSource {
  readonly file: string;
  readonly encoding: string;
  readonly columnNames: ReadonlyMap<OrderColumn, string>;
  readonly dateFormat: DateFormat;
  /** ISO 4217. Absent: what goes with the file's columns, or the catalog's own. */
  readonly currency?: string;
  /** A catalog file; it then decides which items there are. */
  readonly catalogFile?: string;
}

/** What an import of orders did. Every line read is either kept or counted under one reason. */
export interface OrdersReport {
  readonly kind: 'orders';
  /** Without its folder: reports are passed around. */
  readonly file: string;
  readonly layout: OrderConventions['name'];
  /** Whether a catalog decided which items there are, or the orders did. */
  readonly hasCatalogFile: boolean;
  readonly numLinesRead: number;
  readonly numLinesKept: number;
  readonly numDroppedByReason: Readonly<DropCounts>;
  readonly numItems: number;
  readonly numItemsOrdered: number;
  /** Distinct items of dropped lines that a catalog lacks. */
  readonly numItemsNotInCatalog: number;
  readonly numBaskets: number;
  readonly numSingleItemBaskets: number;
  readonly numCustomers: number;
  /** ISO 8601. */
  readonly firstOrderAt: string;
  readonly lastOrderAt: string;
}

/**
 * Imports an order file: its lines become baskets, and its items a catalog unless one comes with
 * it. Replaces the shop's dataset as a whole.
 *
 * @throws {InputError} If a file or a value in it cannot be used, or no line is left; the dataset
 *   before it is then unchanged.
 */
export async function importOrders(source: OrdersSource, workspace: ShopWorkspace): Promise<OrdersReport> {
  const { dataset, report } = await readOrders(source);
  const items = report.hasCatalogFile ? await withFirstSeen(dataset.items, workspace, Date.now()) : dataset.items;
  await writeDataset(workspace, { ...dataset, items }, report);
  return report;
}

/**
 * Reads an order file into a dataset, see {@link importOrders}. Writes nothing.
 *
 * Items gathered from orders are sorted by id: rows ship, and in the order of the file they would tell what
 * was first ordered together.
 */
export async function readOrders(source: OrdersSource): Promise<{ dataset: Dataset; report: OrdersReport }> {
  const catalog = source.catalogFile === undefined ? undefined : await readCatalog(source, source.catalogFile);
  const observed = new ObservedItems();
  const collection = new BasketCollection();
  const numDropped = makeDropCounts();
  const unknownItems = new Set<string>();
  const rowOf = (line: OrderLine) => catalog?.rowById.get(line.itemId) ?? observed.add(line);
  const isInCatalog = (itemId: string) => {
    const isKnown = catalog?.rowById.has(itemId) ?? false;
    if (!isKnown) unknownItems.add(itemId);
    return isKnown;
  };

  let rules: LineRules | undefined;
  let numLinesRead = 0;
  for await (const record of readCsvRecords(source.file, readTextFile(source.file, source.encoding))) {
    if (rules === undefined) {
      rules = makeRules(source, record.fields, catalog && isInCatalog);
      continue;
    }
    numLinesRead++;
    const fate = readOrderLine(record, rules);
    if (fate.kind === 'dropped') numDropped[fate.reason]++;
    else if (!collection.add(fate.line, rowOf(fate.line))) numDropped['repeated-item']++;
  }
  if (rules === undefined) {
    throw new InputError(`expected a CSV file with a header in ${source.file}, came an empty file; name another file`);
  }
  const baskets = collection.toBaskets();
  if (baskets.length === 0) throw noUsableLine(source.file, numLinesRead, numDropped);
  const dataset = catalog
    ? { items: catalog.items, baskets }
    : sortedById({ items: observed.toCatalog(source.currency ?? rules.conventions.currency), baskets });
  const numLinesDropped = Object.values(numDropped).reduce((sum, count) => sum + count, 0);
  return {
    dataset,
    report: {
      kind: 'orders',
      file: basename(source.file),
      layout: rules.conventions.name,
      hasCatalogFile: catalog !== undefined,
      numLinesRead,
      numLinesKept: numLinesRead - numLinesDropped,
      numDroppedByReason: numDropped,
      numItems: dataset.items.length,
      numItemsNotInCatalog: unknownItems.size,
      ...describeBaskets(baskets),
    },
  };
}

function sortedById(dataset: Dataset): Dataset {
  const { items } = dataset;
  const idOf = (row: number): string => items[row]?.id ?? '';
  return pickItems(
    dataset,
    Array.from(items.keys()).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)),
  );
}

async function readCatalog({ currency, encoding }: OrdersSource, file: string) {
  const { items } = await readCatalogFile({ file, encoding, ...(currency === undefined ? {} : { currency }) });
  return { items, rowById: new Map(items.map(({ id }, row) => [id as string, row])) };
}

function makeRules(
  { file, columnNames, dateFormat }: OrdersSource,
  header: readonly string[],
  isInCatalog: LineRules['isInCatalog'],
): LineRules {
  const columns = findColumns(header, { file, overrides: columnNames, hasCatalog: isInCatalog !== undefined });
  const conventions = findConventions(header[columns.item ?? -1] ?? '');
  const rules = { file, header, columns, conventions, dateFormat };
  return isInCatalog ? { ...rules, isInCatalog } : rules;
}

function describeBaskets(baskets: readonly Basket[]) {
  const timeText = (basket: Basket | undefined) => new Date(basket?.atMs ?? 0).toISOString();
  return {
    numItemsOrdered: new Set(baskets.flatMap(({ rows }) => rows)).size,
    numBaskets: baskets.length,
    numSingleItemBaskets: baskets.filter(({ rows }) => rows.length === 1).length,
    numCustomers: new Set(baskets.map(({ customer }) => customer)).size,
    firstOrderAt: timeText(baskets[0]),
    lastOrderAt: timeText(baskets.at(-1)),
  };
}

function noUsableLine(file: string, numLinesRead: number, numDropped: DropCounts): InputError {
  const counts = (Object.keys(DROP_REASONS) as DropReason[])
    .filter((reason) => numDropped[reason] > 0)
    .map((reason) => `${numDropped[reason]} × ${DROP_REASONS[reason]}`);
  const came =
    numLinesRead === 0 ? 'only a header' : `${numLinesRead} lines of which none is left: ${counts.join(', ')}`;
  return new InputError(
    `expected order lines that can be used in ${file}, came ${came}; check the file and its columns`,
  );
}
