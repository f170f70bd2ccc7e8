import { buildElement } from './build-element.ts';
import { clearCart, readCart } from './cart.ts';
import { drawOrderLines } from './cart-view.ts';
import { pushPurchase } from './data-layer.ts';

/**
 * Turns the cart into an order: says so to the data layer, empties the cart, shows the lines.
 *
 * A reload finds the cart empty and so places no second order.
 */
export function showOrder(): void {
  const lines = readCart();
  const place = document.querySelector<HTMLElement>('[data-order]');
  if (lines.length === 0 || place === null) return;
  const transactionId = `T-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
  pushPurchase(transactionId, lines);
  clearCart();
  place.append(buildElement('p', { textContent: `Order ${transactionId}` }), ...drawOrderLines(lines));
}
