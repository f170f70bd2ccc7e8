import { DROP_REASONS, type DropReason } from './drop-reason.ts';
import type { CatalogReport } from './import-catalog.ts';
import type { OrdersReport } from './import-orders.ts';
import { formatTable } from './text-table.ts';

/** Returns an orders report as two tables for people: what became of the lines, and what came out. */
export function formatOrdersReport(report: OrdersReport): string {
  const dropped = (Object.keys(DROP_REASONS) as DropReason[])
    .filter((reason) => report.numDroppedByReason[reason] > 0)
    .map((reason) => [`dropped: ${DROP_REASONS[reason]}`, report.numDroppedByReason[reason]] as const);
  const lines = formatTable([['lines read', report.numLinesRead], ...dropped, ['lines kept', report.numLinesKept]]);
  const outcome = formatTable([
    ['items', report.numItems],
    ...(report.numItemsOrdered < report.numItems ? [['items ordered', report.numItemsOrdered] as const] : []),
    ...(report.numItemsNotInCatalog > 0 ? [['items not in the catalog', report.numItemsNotInCatalog] as const] : []),
    ['baskets', report.numBaskets],
    ['baskets of one item', report.numSingleItemBaskets],
    ['customers', report.numCustomers],
    ['first order', formatDay(report.firstOrderAt)],
    ['last order', formatDay(report.lastOrderAt)],
  ]);
  return `${report.file} (columns as in ${report.layout})\n\n${lines}\n\n${outcome}`;
}

/** Returns a catalog report as a table for people. */
export function formatCatalogReport(report: CatalogReport): string {
  const table = formatTable([
    ['items', report.numItems],
    ['categories', report.numCategories],
    ['items without a picture', report.numItemsWithoutPicture],
    ['in stock', report.numItemsByStock.in],
    ['low stock', report.numItemsByStock.low],
    ['out of stock', report.numItemsByStock.out],
  ]);
  return `${report.file} (fields as in ${report.dialect})\n\n${table}`;
}

function formatDay(isoTime: string): string {
  return isoTime.slice(0, 10);
}
