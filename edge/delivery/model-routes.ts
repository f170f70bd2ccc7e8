import { type Context, Hono } from 'hono';
import type { EdgeEnv } from '#edge/env.ts';
import { digestIn } from '#edge/path-ids.ts';
import { Problem, type ProblemCode } from '#edge/problem.ts';
import { publicShop } from '#edge/shops/known-shop.ts';
import { shopCors } from '#edge/shops/shop-cors.ts';
import type { PublishedKind } from '#edge/shops/shop-store.ts';
import { entityTag, isUnchanged } from './conditional.ts';
import { sendFile } from './file-response.ts';

/** How long browsers and caches may serve a message without asking, and what is said before there is one. */
const MESSAGES = {
  manifest: { cacheControl: 'public, max-age=30, stale-while-revalidate=300', missing: 'no-manifest' },
  live: { cacheControl: 'public, max-age=15, stale-while-revalidate=300', missing: 'no-live' },
} as const satisfies Record<PublishedKind, { cacheControl: string; missing: ProblemCode }>;

/** Pages that are opened soon after one another ask once. */
const FIRST_SHELF_CACHE_CONTROL = 'public, max-age=300, stale-while-revalidate=86400';

/** What every device reads: the manifest, the live message and the files they need. */
export const modelRoutes = new Hono<EdgeEnv>();

for (const path of ['manifest', 'live', 'first-shelf', 'files/:digest']) {
  modelRoutes.on(['GET', 'OPTIONS'], `/v1/shops/:shop/${path}`, publicShop, shopCors);
}
modelRoutes
  .get('/v1/shops/:shop/manifest', (c) => sendMessage(c, 'manifest'))
  .get('/v1/shops/:shop/live', (c) => sendMessage(c, 'live'))
  .get('/v1/shops/:shop/first-shelf', sendFirstShelf)
  .get('/v1/shops/:shop/files/:digest', (c) => sendFile(c, { shop: c.get('shop').id, digest: digestIn(c) }));

function sendMessage(c: Context<EdgeEnv>, kind: PublishedKind): Response {
  const { cacheControl, missing } = MESSAGES[kind];
  const published = c.get('published')[kind];
  if (!published) throw new Problem(missing);
  const tag = entityTag(published.digest);
  const headers = { 'cache-control': cacheControl, etag: tag };
  if (isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers);
  return c.body(published.envelope, 200, { ...headers, 'content-type': 'application/json' });
}

/** The first shelf of the version published now, for pages that ask for it before they have read the manifest. */
async function sendFirstShelf(c: Context<EdgeEnv>): Promise<Response> {
  const { id: shop, firstShelf: digest } = c.get('shop');
  if (!digest) return c.body(null, 204); // no failure: a page that has a manifest asks for the file by its digest
  return sendFile(c, { shop, digest, cacheControl: FIRST_SHELF_CACHE_CONTROL });
}
