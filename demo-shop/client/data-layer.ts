import { type CartLine, totalCents } from './cart.ts';
import type { PageItem } from './page-data.ts';

/** Events in the shape that Google Analytics 4 documents and most shops already push. */
interface DataLayerItem {
  readonly item_id: string;
  readonly item_name: string;
  /** In whole units of the currency, such as 12.5. */
  readonly price: number;
  readonly quantity?: number;
}

declare global {
  interface Window {
    dataLayer?: unknown[];
  }
}

/** Says that a product page was opened. */
export function pushViewItem(item: PageItem): void {
  push('view_item', { currency: item.currency, value: units(item.priceCents), items: [describe(item)] });
}

/** Says that a product was put into the cart. */
export function pushAddToCart({ item, quantity }: CartLine): void {
  const value = units(item.priceCents * quantity);
  push('add_to_cart', { currency: item.currency, value, items: [{ ...describe(item), quantity }] });
}

/** Says that an order was placed. */
export function pushPurchase(transactionId: string, lines: readonly CartLine[]): void {
  push('purchase', {
    transaction_id: transactionId,
    currency: lines[0]?.item.currency,
    value: units(totalCents(lines)),
    items: lines.map(({ item, quantity }) => ({ ...describe(item), quantity })),
  });
}

/** Says what was searched for. */
export function pushSearch(query: string): void {
  dataLayer().push({ event: 'search', search_term: query });
}

function push(event: string, ecommerce: Readonly<Record<string, unknown>>): void {
  dataLayer().push({ ecommerce: null }); // forgets the previous event's products, as GA4 asks for
  dataLayer().push({ event, ecommerce });
}

function dataLayer(): unknown[] {
  window.dataLayer ??= [];
  return window.dataLayer;
}

function describe(item: PageItem): DataLayerItem {
  return { item_id: item.id, item_name: item.title, price: units(item.priceCents) };
}

function units(cents: number): number {
  return cents / 100;
}
