import { Hono } from 'hono';
import { buildCatalogSearch } from './catalog-search.ts';
import { cartPage, thanksPage } from './checkout-pages.ts';
import type { ClientAssets } from './client-assets.ts';
import { homePage } from './home-page.ts';
import { drawIllustration } from './illustration.ts';
import { itemPage } from './item-page.ts';
import { allItemsPage, categoryPage, type ListingResult, searchPage } from './listing-page.ts';
import type { Html } from './markup.ts';
import type { Shop } from './page-layout.ts';
import { readPictureFile } from './picture-file.ts';
import { securityHeaders } from './security-headers.ts';
import { ALL_ITEMS_SLUG, type ShopCatalog } from './shop-catalog.ts';
import { notFoundPage, privacyPage } from './text-pages.ts';
import type { VitrineTagOptions } from './vitrine-tag.ts';

/** Everything that a running shop needs. */
export interface ShopAppOptions {
  readonly name: string;
  readonly catalog: ShopCatalog;
  /** Folder of photos. Without one, every product gets its drawing. */
  readonly picturesFolder?: string | undefined;
  readonly tag: VitrineTagOptions;
  readonly allowWasm: boolean;
  readonly assets: ClientAssets;
}

/** Built files carry their hash in their name, so they never change. */
const BUILT_FILE_CACHING = 'public, max-age=31536000, immutable';
/** A week: a picture may be redrawn under the same name. */
const PICTURE_CACHING = 'public, max-age=604800';

/** Builds the shop: pages, pictures and its own client files. */
export function createShopApp(options: ShopAppOptions): Hono {
  const shop: Shop = options;
  const { catalog, assets, picturesFolder } = options;
  const search = buildCatalogSearch(catalog.items);
  const app = new Hono();

  app.use(securityHeaders({ edgeOrigin: options.tag.edgeOrigin, allowWasm: options.allowWasm }));

  app.get('/', (c) => c.html(homePage(shop)));

  app.get('/category/:slug', (c) => {
    const slug = c.req.param('slug');
    const category = catalog.categoryBySlug.get(slug);
    const page = readPageNumber(c.req.query('page'));
    if (slug === ALL_ITEMS_SLUG) return answerListing(allItemsPage(shop, page));
    return category === undefined ? c.notFound() : answerListing(categoryPage(shop, category, page));

    function answerListing(result: ListingResult): Response | Promise<Response> {
      return result.kind === 'page' ? c.html(result.html) : c.notFound();
    }
  });

  app.get('/search', (c) => {
    const query = (c.req.query('q') ?? '').trim();
    const result = searchPage(shop, { query, found: search(query) }, readPageNumber(c.req.query('page')));
    return result.kind === 'page' ? c.html(result.html) : c.notFound();
  });

  app.get('/item/:id', (c) => {
    const item = catalog.itemById.get(c.req.param('id'));
    return item === undefined ? c.notFound() : c.html(itemPage(shop, item, new URL(c.req.url).origin));
  });

  for (const [path, render] of Object.entries(PLAIN_PAGES)) app.get(path, (c) => c.html(render(shop)));

  app.get('/pictures/*', async (c) => {
    const name = decodePath(c.req.path.slice('/pictures/'.length));
    const item = catalog.itemById.get(name.replace(/\.svg$/, ''));
    if (item !== undefined && name.endsWith('.svg')) {
      return c.body(drawIllustration(item), 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': PICTURE_CACHING });
    }
    if (picturesFolder === undefined) return c.notFound();
    const picture = await readPictureFile(picturesFolder, name);
    if (picture.kind === 'missing') return c.notFound();
    return c.body(picture.bytes, 200, { 'Content-Type': picture.contentType, 'Cache-Control': PICTURE_CACHING });
  });

  for (const [url, { bytes, contentType }] of assets.fileByUrl) {
    const caching = url.startsWith('/assets/') ? BUILT_FILE_CACHING : PICTURE_CACHING;
    app.get(url, (c) => c.body(bytes, 200, { 'Content-Type': contentType, 'Cache-Control': caching }));
  }

  app.notFound((c) => c.html(notFoundPage(shop), 404));
  return app;
}

const PLAIN_PAGES: Readonly<Record<string, (shop: Shop) => Html>> = {
  '/cart': cartPage,
  '/thanks': thanksPage,
  '/privacy': privacyPage,
};

function readPageNumber(text: string | undefined): number {
  return text === undefined ? 1 : Number(text);
}

/** Returns the empty name, which no picture has, for an address that is not valid UTF-8. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
