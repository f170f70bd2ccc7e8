import { isSameColumnName } from './order-columns.ts';

/** What an order file means by its ids, beyond the names of its columns. */
export interface OrderConventions {
  readonly name: 'online-retail' | 'vitrine';
  /** ISO 4217, where `--currency` says nothing. */
  readonly currency: string;
  isCancellation(orderId: string): boolean;
  /** @returns The item's id, or `undefined` if the code stands for something that is not a product. */
  productId(code: string): string | undefined;
}

/**
 * UCI Online Retail.
 *
 * A product code starts with five digits or with the house prefix DCGS. Everything else is no
 * product: postage, fees, discounts, samples, manual corrections, vouchers (`gift_0001_20`). Codes
 * differing only in case (`85123a`, `85123A`) are one product typed twice.
 */
const ONLINE_RETAIL: OrderConventions = {
  name: 'online-retail',
  currency: 'GBP',
  isCancellation: (orderId) => /^C/i.test(orderId),
  productId: (code) => (/^(?:\d{5}|DCGS)/i.test(code) ? code.toUpperCase() : undefined),
};

/**
 * Our own columns: ids stand for themselves, because shops are free in choosing them. An order
 * `C-1001` is an order; what was taken back has a negative quantity.
 */
const VITRINE: OrderConventions = {
  name: 'vitrine',
  currency: 'EUR',
  isCancellation: () => false,
  productId: (code) => code,
};

/** Returns the conventions that go with a file's name for its item column. */
export function findConventions(itemColumnName: string): OrderConventions {
  return isSameColumnName(itemColumnName, 'StockCode') ? ONLINE_RETAIL : VITRINE;
}
