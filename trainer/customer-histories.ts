import type { ShopEvent } from '#protocol/event.ts';
import type { Dataset } from './dataset.ts';

/** The device side of a round counts as this much history. */
const MAX_EVENTS = 500;

/**
 * Each customer's records as the events a device would have, oldest first, of two events or more; those who came
 * last come first.
 */
export function customerHistories({ items, baskets, eventKind }: Dataset): ShopEvent[][] {
  const byCustomer = new Map<string, ShopEvent[]>();
  for (const { customer, atMs, rows } of baskets) {
    const events = byCustomer.get(customer) ?? [];
    byCustomer.delete(customer); // moves the customer to the end
    byCustomer.set(customer, events);
    for (const row of rows) {
      const itemId = (items[row] as Dataset['items'][number]).id;
      events.push({ kind: eventKind ?? 'purchase', itemId, atMs });
    }
  }
  return [...byCustomer.values()]
    .filter((events) => events.length >= 2)
    .map((events) => events.slice(-MAX_EVENTS))
    .reverse();
}
