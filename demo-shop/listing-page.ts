import { html } from 'hono/html';
import { breadcrumbs } from './breadcrumbs.ts';
import type { Html } from './markup.ts';
import { renderPage, type Shop } from './page-layout.ts';
import { productGrid } from './product-card.ts';
import { ALL_ITEMS_SLUG, type Category, categoryTrail, childCategories } from './shop-catalog.ts';
import type { ShopItem } from './shop-item.ts';

/** Products on one page of a listing. Divides by 2, 3, 4 and 6 columns. */
export const ITEMS_PER_PAGE = 48;

/** One page of a longer list. */
interface Listing {
  readonly items: readonly ShopItem[];
  /** From 1. */
  readonly page: number;
  readonly numPages: number;
  readonly numItems: number;
}

/** What a request for a listing came to. */
export type ListingResult = { readonly kind: 'page'; readonly html: Html } | { readonly kind: 'no-such-page' };

/** Returns one page of a category. */
export function categoryPage(shop: Shop, category: Category, page: number): ListingResult {
  const name = category.path.at(-1) ?? '';
  const trail = categoryTrail(shop.catalog, category.path);
  const children = childCategories(shop.catalog, category);
  return renderListing(category.items, page, (listing) =>
    renderPage(shop, {
      title: name,
      section: trail[0]?.slug,
      main: html`${breadcrumbs(trail.slice(0, -1))}
<h1>${name}</h1>
${children.length === 0 ? '' : html`<nav class="subcategories" aria-label="Within ${name}">${children.map(({ slug, path }) => html`<a href="/category/${slug}">${path.at(-1)}</a>`)}</nav>`}
${listingBody(listing, `/category/${category.slug}?`)}`,
    }),
  );
}

/** Returns one page of the whole catalog. */
export function allItemsPage(shop: Shop, page: number): ListingResult {
  return renderListing(shop.catalog.items, page, (listing) =>
    renderPage(shop, {
      title: 'All items',
      section: ALL_ITEMS_SLUG,
      main: html`${breadcrumbs([])}<h1>All items</h1>${listingBody(listing, `/category/${ALL_ITEMS_SLUG}?`)}`,
    }),
  );
}

/** A query and what it found. */
export interface SearchOutcome {
  readonly query: string;
  readonly found: readonly ShopItem[];
}

/** Returns one page of search results. */
export function searchPage(shop: Shop, { query, found }: SearchOutcome, page: number): ListingResult {
  return renderListing(found, page, (listing) =>
    renderPage(shop, {
      title: query === '' ? 'Search' : `Search: ${query}`,
      query,
      data: query === '' ? undefined : { kind: 'search', query },
      main: html`<h1>${query === '' ? 'Search' : html`Results for “${query}”`}</h1>
${found.length === 0 ? noResults(query) : listingBody(listing, `/search?q=${encodeURIComponent(query)}&`)}`,
    }),
  );
}

function renderListing(all: readonly ShopItem[], page: number, render: (listing: Listing) => Html): ListingResult {
  const numPages = Math.max(1, Math.ceil(all.length / ITEMS_PER_PAGE));
  if (!Number.isInteger(page) || page < 1 || page > numPages) return { kind: 'no-such-page' };
  const items = all.slice((page - 1) * ITEMS_PER_PAGE, page * ITEMS_PER_PAGE);
  return { kind: 'page', html: render({ items, page, numPages, numItems: all.length }) };
}

function listingBody(listing: Listing, address: string): Html {
  return html`<p class="num-items">${listing.numItems.toLocaleString('en')} ${listing.numItems === 1 ? 'item' : 'items'}</p>
${productGrid(listing.items)}
${pager(listing, address)}`;
}

/** @param address Ends in `?` or `&`, ready for `page=`. */
function pager({ page, numPages }: Listing, address: string): Html | '' {
  if (numPages === 1) return '';
  return html`<nav class="pager" aria-label="Pages">
${page > 1 ? html`<a rel="prev" href="${address}page=${page - 1}">Previous</a>` : html`<span></span>`}
<span>Page ${page} of ${numPages}</span>
${page < numPages ? html`<a rel="next" href="${address}page=${page + 1}">Next</a>` : html`<span></span>`}
</nav>`;
}

function noResults(query: string): Html {
  return query === ''
    ? html`<p>Type what you are looking for in the field at the top of the page.</p>`
    : html`<p>Nothing matches. Try fewer or other words, or <a href="/category/${ALL_ITEMS_SLUG}">browse all items</a>.</p>`;
}
