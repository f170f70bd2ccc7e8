import { html } from 'hono/html';
import type { Html } from './markup.ts';
import { renderPage, type Shop } from './page-layout.ts';
import { pickShowcase } from './showcase.ts';
import { shelf } from './vitrine-tag.ts';

/** Returns the cart. Its lines live in the browser and are drawn by the shop's own script. */
export function cartPage(shop: Shop): Html {
  const main = html`<h1>Your cart</h1>
<div class="cart" data-cart aria-live="polite"><noscript><p>The cart needs JavaScript.</p></noscript></div>
${shelf({ kind: 'for-you', heading: 'Before you go', fallback: pickShowcase(shop.catalog) })}`;
  return renderPage(shop, { title: 'Your cart', data: { kind: 'cart' }, main });
}

/** Returns the page after an order. The shop's own script fills in what was ordered. */
export function thanksPage(shop: Shop): Html {
  const main = html`<h1>Thank you</h1>
<div class="cart" data-order><p>Your order is in good hands.</p></div>
<p><a class="button" href="/">Back to the shop</a></p>`;
  return renderPage(shop, { title: 'Thank you', data: { kind: 'thanks' }, main });
}
