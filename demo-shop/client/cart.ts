import type { PageItem } from './page-data.ts';

/** A product in the cart and how many of it. */
export interface CartLine {
  readonly item: PageItem;
  /** A whole number from 1. */
  readonly quantity: number;
}

const STORAGE_KEY = 'shop-cart';

/** Returns the cart's lines. A cart that cannot be read counts as empty. */
export function readCart(): CartLine[] {
  try {
    const lines: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(lines) ? lines.filter(isCartLine) : [];
  } catch {
    return []; // storage is blocked, or holds something that is not ours
  }
}

/** Adds to the line of the same product, or starts one. */
export function addToCart(item: PageItem, quantity: number): void {
  const lines = readCart();
  const present = lines.find((line) => line.item.id === item.id);
  setQuantity(item, (present?.quantity ?? 0) + quantity);
}

/** Changes one line. Zero takes it out. */
export function setQuantity(item: PageItem, quantity: number): void {
  const lines = readCart();
  const line = { item, quantity };
  const position = lines.findIndex((present) => present.item.id === item.id);
  if (quantity < 1) writeCart(lines.filter((_, index) => index !== position));
  else if (position === -1) writeCart([...lines, line]);
  else writeCart(lines.with(position, line));
}

/** Empties the cart. */
export function clearCart(): void {
  writeCart([]);
}

/** Returns how many pieces lie in the cart. */
export function countItems(lines: readonly CartLine[]): number {
  return lines.reduce((count, { quantity }) => count + quantity, 0);
}

/** Returns the price of all lines, in hundredths of the currency. */
export function totalCents(lines: readonly CartLine[]): number {
  return lines.reduce((sum, { item, quantity }) => sum + item.priceCents * quantity, 0);
}

function writeCart(lines: readonly CartLine[]): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(lines));
  } catch {
    // Storage is blocked or full: the page goes on without a cart.
  }
}

function isCartLine(value: unknown): value is CartLine {
  if (typeof value !== 'object' || value === null || !('item' in value) || !('quantity' in value)) return false;
  const { item, quantity } = value;
  if (typeof item !== 'object' || item === null) return false;
  const { id, title, url, imageUrl, priceCents, currency } = item as Partial<PageItem>;
  return (
    Number.isInteger(quantity) &&
    typeof id === 'string' &&
    typeof title === 'string' &&
    typeof url === 'string' &&
    url.startsWith('/item/') &&
    typeof imageUrl === 'string' &&
    typeof priceCents === 'number' &&
    /^[A-Z]{3}$/.test(currency ?? '')
  );
}
