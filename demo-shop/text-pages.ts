import { html } from 'hono/html';
import type { Html } from './markup.ts';
import { renderPage, type Shop } from './page-layout.ts';
import { ALL_ITEMS_SLUG } from './shop-catalog.ts';

/** Returns the page where shoppers see, change and wipe what their device knows. */
export function privacyPage(shop: Shop): Html {
  const main = html`<div class="prose">
<h1>Privacy</h1>
<p>The suggestions in this shop are worked out on your own device. What you looked at, searched for and bought is kept in this browser, and no record of it is sent to the maker of the suggestions. What may leave is a sealed contribution to the next model that no one can open on its own; the panel below turns it off.</p>
<p>Like every shop, ${shop.name} sees which pages and pictures your browser asks for.</p>
</div>
<vitrine-privacy></vitrine-privacy>
<noscript><p>Without JavaScript nothing is kept and nothing is suggested.</p></noscript>`;
  return renderPage(shop, { title: 'Privacy', main });
}

/** Returns the page for an address that leads nowhere. */
export function notFoundPage(shop: Shop): Html {
  const main = html`<div class="prose">
<h1>Page not found</h1>
<p>This address leads nowhere. The product may have been taken out of the range.</p>
<p><a class="button" href="/category/${ALL_ITEMS_SLUG}">Browse all items</a></p>
</div>`;
  return renderPage(shop, { title: 'Page not found', main });
}
