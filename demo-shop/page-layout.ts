import { html } from 'hono/html';
import type { PageData } from './client/page-data.ts';
import type { ClientAssets } from './client-assets.ts';
import { dataBlock } from './data-block.ts';
import type { Html } from './markup.ts';
import { ALL_ITEMS_SLUG, childCategories, type ShopCatalog } from './shop-catalog.ts';
import { type VitrineTagOptions, vitrineTag } from './vitrine-tag.ts';

/** What every page of one shop has in common. */
export interface Shop {
  readonly name: string;
  readonly catalog: ShopCatalog;
  readonly tag: VitrineTagOptions;
  readonly assets: Pick<ClientAssets, 'scriptUrl' | 'styleUrls'>;
}

/** What one page adds to the frame. */
export interface PageContent {
  readonly title: string;
  readonly main: Html;
  readonly data?: PageData | undefined;
  /** Shown in the search field. */
  readonly query?: string | undefined;
  /** Slug of the top-level category that the page belongs to. */
  readonly section?: string | undefined;
}

/** Returns a whole document: head, header, the page's own content, footer. */
export function renderPage(shop: Shop, { title, main, data, query, section }: PageContent): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === shop.name ? title : `${title} · ${shop.name}`}</title>
<link rel="icon" href="/shop-mark.svg" type="image/svg+xml">
${shop.assets.styleUrls.map((url) => html`<link rel="stylesheet" href="${url}">`)}
${vitrineTag(shop.tag)}
<script type="module" src="${shop.assets.scriptUrl}"></script>
</head>
<body>
<a class="skip-link" href="#main">Skip to content</a>
${header(shop, query, section)}
<main id="main">
${main}
</main>
${footer(shop)}
${data === undefined ? '' : dataBlock('application/json', data, 'page')}
</body>
</html>`;
}

function header(shop: Shop, query = '', section?: string): Html {
  const sections = [
    ...childCategories(shop.catalog).map(({ slug, path }) => ({ slug, name: path.at(-1) })),
    { slug: ALL_ITEMS_SLUG, name: 'All items' },
  ];
  return html`<header class="site-header">
<a class="site-name" href="/"><img src="/shop-mark.svg" alt="" width="32" height="32">${shop.name}</a>
<form class="search" action="/search" role="search">
<label class="visually-hidden" for="search-field">Search the shop</label>
<input id="search-field" type="search" name="q" value="${query}" placeholder="Search the shop" maxlength="200">
<button>Search</button>
</form>
<a class="cart-link" href="/cart">Cart<span class="cart-count" data-cart-count hidden></span></a>
<nav class="sections" aria-label="Categories">
${sections.map(({ slug, name }) => html`<a href="/category/${slug}"${slug === section ? html` aria-current="true"` : ''}>${name}</a>`)}
</nav>
</header>`;
}

function footer(shop: Shop): Html {
  return html`<footer class="site-footer">
<p>${shop.name} is a demonstration: nothing is sold, shipped or charged.</p>
<p>Suggestions are worked out on your own device. <a href="/privacy">See and change what it knows</a></p>
</footer>`;
}
