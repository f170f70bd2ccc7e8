import type { OrderLine } from './simulate-orders.ts';

const HEADER = 'order_id,item_id,title,quantity,ordered_at,unit_price,customer_id';

/** Writes order lines as CSV (RFC 4180), with a header and one line each. */
export function writeOrdersCsv(lines: readonly OrderLine[]): string {
  const rows = lines.map((line) =>
    [
      line.orderId,
      line.itemId,
      line.title,
      String(line.quantity),
      line.orderedAt,
      line.unitPrice.toFixed(2),
      line.customerId,
    ]
      .map(quoteCell)
      .join(','),
  );
  return `${[HEADER, ...rows].join('\n')}\n`;
}

function quoteCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
