import { html } from 'hono/html';
import type { Html } from './markup.ts';
import { renderPage, type Shop } from './page-layout.ts';
import { ALL_ITEMS_SLUG, type Category, childCategories, type ShopCatalog } from './shop-catalog.ts';
import { pickShowcase, SHOWCASE_LENGTH } from './showcase.ts';
import { shelf } from './vitrine-tag.ts';

/** Returns the home page: hero, personal shelf, trending shelf, categories. */
export function homePage(shop: Shop): Html {
  const showcase = pickShowcase(shop.catalog);
  const main = html`
<section class="hero">
<div>
<h1>Good things, well chosen</h1>
<p>${shop.catalog.items.length.toLocaleString('en')} products, and a shelf of suggestions that your own device works out for you. What you look at stays with you.</p>
<a class="button" href="/category/${ALL_ITEMS_SLUG}">Browse everything</a>
</div>
<div class="hero-pictures">${showcase
    .slice(0, 4)
    .map(
      (item) =>
        html`<a href="${item.url}"><img src="${item.imageUrl}" alt="${item.title}" width="240" height="240"></a>`,
    )}</div>
</section>
${shelf({ kind: 'for-you', heading: 'Picked for you', fallback: showcase })}
${categoryTiles(shop.catalog)}
${shelf({ kind: 'trending', heading: 'Trending now', fallback: pickShowcase(shop.catalog, SHOWCASE_LENGTH) })}`;
  return renderPage(shop, { title: shop.name, main });
}

function categoryTiles(catalog: ShopCatalog): Html | '' {
  const tiles = childCategories(catalog).flatMap((top) => {
    const children = childCategories(catalog, top);
    return children.length > 0 ? children : [top];
  });
  if (tiles.length === 0) return '';
  return html`<section aria-labelledby="categories-heading">
<h2 id="categories-heading">Shop by category</h2>
<ul class="category-tiles">${tiles.map((category) => html`<li>${categoryTile(category)}</li>`)}</ul>
</section>`;
}

function categoryTile({ slug, path, items: [first] }: Category): Html {
  return html`<a class="category-tile" href="/category/${slug}">
<img src="${first?.imageUrl}" alt="" width="96" height="96" loading="lazy">
<span><small>${path.slice(0, -1).join(' / ')}</small> ${path.at(-1)}</span>
</a>`;
}
