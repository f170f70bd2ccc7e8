import { html } from 'hono/html';
import { formatCents } from './client/money.ts';
import type { Html } from './markup.ts';
import type { ShopItem } from './shop-item.ts';

/** Returns a list of product cards. */
export function productGrid(items: readonly ShopItem[]): Html {
  return html`<ul class="product-grid">${items.map((item) => html`<li>${productCard(item)}</li>`)}</ul>`;
}

function productCard(item: ShopItem): Html {
  return html`<a class="product-card" href="${item.url}">
<img src="${item.imageUrl}" alt="" width="240" height="240" loading="lazy">
<span class="product-title">${item.title}</span>
<span class="product-price">${formatCents(item.priceCents, item.currency)}</span>
${stockNote(item)}
</a>`;
}

function stockNote({ stock }: ShopItem): Html | '' {
  switch (stock) {
    case 'in':
      return '';
    case 'low':
      return html`<span class="stock-note">Few left</span>`;
    case 'out':
      return html`<span class="stock-note">Sold out</span>`;
    default:
      return stock satisfies never;
  }
}
