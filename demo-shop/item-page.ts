import { html } from 'hono/html';
import { breadcrumbs } from './breadcrumbs.ts';
import { formatCents } from './client/money.ts';
import { dataBlock } from './data-block.ts';
import type { Html } from './markup.ts';
import { renderPage, type Shop } from './page-layout.ts';
import { categoryTrail, splitCategoryPath } from './shop-catalog.ts';
import type { ShopItem } from './shop-item.ts';
import { pickSimilar } from './showcase.ts';
import { shelf } from './vitrine-tag.ts';

/** Most of one product that can be added at once. */
const MAX_QUANTITY = 20;

const STOCK_TEXT = { in: 'In stock', low: 'Only a few left', out: 'Sold out' } as const;
const STOCK_SCHEMA_ORG = { in: 'InStock', low: 'LimitedAvailability', out: 'OutOfStock' } as const;

/**
 * Returns the page of one product, with the structured data that search engines read.
 *
 * @param origin The shop's own origin, for the absolute addresses that schema.org wants.
 */
export function itemPage(shop: Shop, item: ShopItem, origin: string): Html {
  const trail = categoryTrail(shop.catalog, splitCategoryPath(item.categories[0] ?? ''));
  const { id, title, url, imageUrl, priceCents, currency } = item;
  const main = html`${breadcrumbs(trail)}
<article class="product">
<img class="product-picture" src="${imageUrl}" alt="${title}" width="560" height="560">
<div class="product-details">
<h1>${title}</h1>
<p class="product-price">${formatCents(priceCents, currency)}</p>
<p class="stock" data-stock="${item.stock}">${STOCK_TEXT[item.stock]}</p>
${item.description === '' ? '' : html`<p>${item.description}</p>`}
${addToCart(item)}
${attributeList(item)}
</div>
</article>
${shelf({ kind: 'similar', heading: 'You may also like', fallback: pickSimilar(shop.catalog, item) })}
${dataBlock('application/ld+json', productData(item, origin))}`;
  return renderPage(shop, {
    title,
    section: trail[0]?.slug,
    data: { kind: 'item', item: { id, title, url, imageUrl, priceCents, currency } },
    main,
  });
}

function addToCart({ stock }: ShopItem): Html {
  const disabled = stock === 'out' ? html` disabled` : '';
  return html`<div class="add-to-cart">
<label for="quantity">Quantity</label>
<input id="quantity" type="number" value="1" min="1" max="${MAX_QUANTITY}" inputmode="numeric"${disabled}>
<button class="button" type="button" data-add-to-cart${disabled}>Add to cart</button>
<p class="added-note" data-added-note role="status"></p>
</div>
<noscript><p>The cart needs JavaScript. Browsing and searching work without it.</p></noscript>`;
}

function attributeList({ attributes }: ShopItem): Html | '' {
  const rows = Object.entries(attributes).filter(([, value]) => value !== '' && value !== '0' && value !== '1');
  if (rows.length === 0) return '';
  return html`<dl class="attributes">${rows.map(
    ([name, value]) => html`<div><dt>${name.replaceAll('_', ' ')}</dt><dd>${value.replaceAll('|', ', ')}</dd></div>`,
  )}</dl>`;
}

function productData(item: ShopItem, origin: string): Record<string, unknown> {
  const address = new URL(item.url, origin).href;
  return {
    '@context': 'https://schema.org',
    '@type': 'Product',
    '@id': address,
    sku: item.id,
    name: item.title,
    ...(item.description === '' ? {} : { description: item.description }),
    image: new URL(item.imageUrl, origin).href,
    offers: {
      '@type': 'Offer',
      url: address,
      price: (item.priceCents / 100).toFixed(2),
      priceCurrency: item.currency,
      availability: `https://schema.org/${STOCK_SCHEMA_ORG[item.stock]}`,
    },
  };
}
