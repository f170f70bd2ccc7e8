import { importCatalog } from '#trainer/import-catalog.ts';
import { importOrders, type OrdersReport, type OrdersSource } from '#trainer/import-orders.ts';
import { openWorkspace, type ShopWorkspace } from '#trainer/workspace.ts';
import { makeScratchFolder, writeScratchFile } from './scratch-folder.ts';

/** Header in the layout of UCI Online Retail. */
export const RETAIL_HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

/** Header in our own layout. */
export const OWN_HEADER = 'order_id,item_id,title,quantity,ordered_at,unit_price,customer_id';

/** A line in our own layout that can be used; fields given replace its own. */
export function ownLine(
  fields: Partial<Record<'order' | 'item' | 'title' | 'quantity' | 'date' | 'price' | 'customer', string>> = {},
): string {
  const { order = 'o7', item = 'mug', title = 'Blue mug', quantity = '2' } = fields;
  const { date = '2026-03-14 15:09:26', price = '12.50', customer = 'ann' } = fields;
  return [order, item, title, quantity, date, price, customer].join(',');
}

/** A workspace in a scratch folder. */
export async function openScratchWorkspace(): Promise<ShopWorkspace> {
  return openWorkspace(await makeScratchFolder(), 'test-shop');
}

/** Imports CSV text given as lines, the header first. */
export async function importLines(
  lines: readonly string[],
  workspace: ShopWorkspace,
  options: Partial<OrdersSource> = {},
): Promise<OrdersReport> {
  const file = await writeScratchFile('orders.csv', `${lines.join('\n')}\n`);
  return importOrders({ file, encoding: 'utf-8', columnNames: new Map(), dateFormat: 'iso', ...options }, workspace);
}

/** Imports a catalog given as the value that its file holds. */
export async function importEntries(entries: unknown, workspace: ShopWorkspace) {
  const file = await writeScratchFile('catalog.json', JSON.stringify(entries));
  return importCatalog({ file, encoding: 'utf-8' }, workspace);
}
