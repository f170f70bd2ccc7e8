import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';

/** The longest time that browsers keep a preflight's answer, as Chromium caps it. */
const PREFLIGHT_MAX_AGE_S = 7200;

/**
 * Lets pages of the shop's own origins read, and no others. Comes after `activeShop`.
 *
 * Credentials are never allowed: nothing public here depends on who asks.
 */
export const shopCors = cors({
  origin: (origin, c) => (c.get('shop').allowedOrigins.includes(origin) ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST'],
  allowHeaders: ['content-type', 'if-none-match', 'range'],
  exposeHeaders: ['content-length', 'content-range', 'etag'],
  maxAge: PREFLIGHT_MAX_AGE_S,
});

/**
 * Refuses what another site's page sends; a browser would only hide the answer from it. Requests
 * without an origin pass, since only a browser's word on origins means anything.
 */
export const onlyShopOrigins = createMiddleware<EdgeEnv>(async (c, next) => {
  const origin = c.req.header('origin');
  if (origin !== undefined && !c.get('shop').allowedOrigins.includes(origin)) throw new Problem('origin-not-allowed');
  await next();
});
