import type { Popularity } from '#protocol/item-files.ts';
import type { Basket } from './dataset.ts';

/** Orders and customers of each item, `[N]` each. */
export interface ItemCounts {
  readonly orders: Float64Array;
  readonly customers: Uint32Array;
}

export function countItems(baskets: readonly Basket[], numItems: number): ItemCounts {
  const orders = new Float64Array(numItems);
  const customersOf = Array.from({ length: numItems }, () => new Set<string>());
  for (const { customer, rows } of baskets) {
    for (const row of rows) {
      orders[row] = (orders[row] as number) + 1;
      customersOf[row]?.add(customer);
    }
  }
  return { orders, customers: Uint32Array.from(customersOf, (customers) => customers.size) };
}

/**
 * Recent and long-run popularity as it ships: log-scaled, 255 for the most ordered item.
 *
 * Guarantee: an item that fewer than `minCustomers` customers ordered ships as 0.
 *
 * @param baskets By time.
 * @param halfLifeMs In what time the recent list forgets half of an order.
 */
export function measurePopularity(
  baskets: readonly Basket[],
  {
    counts,
    minCustomers,
    halfLifeMs,
  }: { readonly counts: ItemCounts; readonly minCustomers: number; readonly halfLifeMs: number },
): Omit<Popularity, 'newness'> {
  const numItems = counts.orders.length;
  const recent = new Float64Array(numItems);
  const lastMs = baskets.at(-1)?.atMs ?? 0;
  for (const { atMs, rows } of baskets) {
    const weight = 0.5 ** ((lastMs - atMs) / halfLifeMs);
    for (const row of rows) recent[row] = (recent[row] as number) + weight;
  }
  const mayShip = (row: number): boolean => (counts.customers[row] as number) >= minCustomers;
  return {
    recent: logScaled(recent.map((count, row) => (mayShip(row) ? count : 0))),
    longRun: logScaled(counts.orders.map((count, row) => (mayShip(row) ? count : 0))),
  };
}

function logScaled(counts: Float64Array): Uint8Array {
  let largest = 0;
  for (const count of counts) largest = Math.max(largest, count);
  const top = Math.log1p(largest);
  return Uint8Array.from(counts, (count) => (top > 0 ? Math.round((255 * Math.log1p(count)) / top) : 0));
}
