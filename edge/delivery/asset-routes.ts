import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { EdgeEnv } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';
import { assetSecurityHeaders } from '#edge/security-headers.ts';

/** The tag's own address never changes, so a fix must reach shops soon. */
const TAG_CACHE_CONTROL = 'public, max-age=300, stale-while-revalidate=86400';
/** Everything else has its content's hash in its name. */
const HASHED_CACHE_CONTROL = 'public, immutable, max-age=31536000';

/** The widget: `/vitrine.js`, what a shop pastes, and `/widget/*`, what that loads. Public to every origin. */
export const assetRoutes = new Hono<EdgeEnv>();

for (const path of ['/vitrine.js', '/widget/*']) assetRoutes.use(path, assetSecurityHeaders, cors());
assetRoutes
  .get('/vitrine.js', (c) => sendAsset(c, TAG_CACHE_CONTROL))
  .get('/widget/*', (c) => sendAsset(c, HASHED_CACHE_CONTROL));

async function sendAsset(c: Context<EdgeEnv>, cacheControl: string): Promise<Response> {
  const found = await c.env.ASSETS?.fetch(c.req.raw);
  if (!found || found.status === 404) throw new Problem('not-found');
  const response = new Response(found.body, found);
  response.headers.set('cache-control', cacheControl);
  response.headers.set('content-type', 'text/javascript; charset=utf-8'); // whatever the shop's own pages are written in
  return response;
}
