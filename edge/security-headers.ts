import { secureHeaders } from 'hono/secure-headers';

/** Answers of the API: nothing to run, to frame or to embed. Reading them is up to CORS. */
export const apiSecurityHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginResourcePolicy: 'same-origin',
});

/**
 * The widget's files: shops embed them from other origins. No content security policy: on a
 * Worker's script it would replace the shop page's own.
 */
export const assetSecurityHeaders = secureHeaders({ crossOriginResourcePolicy: 'cross-origin' });
