import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';

/** Answers of the API: nothing to run, to frame or to embed. Reading them is up to CORS. */
export const apiSecurityHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginResourcePolicy: 'same-origin',
});

/** What does not say how long it may be kept is kept by nobody: signed answers, receipts, refusals. */
export const noStoreByDefault = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
});

/**
 * The widget's files: shops embed them from other origins. No content security policy: on a
 * Worker's script it would replace the shop page's own.
 */
export const assetSecurityHeaders = secureHeaders({ crossOriginResourcePolicy: 'cross-origin' });
