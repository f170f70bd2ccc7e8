import type { MiddlewareHandler } from 'hono';

/** What the policy of a page depends on. */
export interface ContentPolicyOptions {
  /** Origin that serves Vitrine's script and model, such as `http://127.0.0.1:8787`. */
  readonly edgeOrigin: string;
  /** Whether WebAssembly may be compiled. Without it, Vitrine scores in plain JavaScript. */
  readonly allowWasm: boolean;
}

/** Returns the value of `Content-Security-Policy` for every page of the shop. */
export function contentPolicy({ edgeOrigin, allowWasm }: ContentPolicyOptions): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${edgeOrigin}${allowWasm ? " 'wasm-unsafe-eval'" : ''}`,
    `connect-src 'self' ${edgeOrigin}`,
    'worker-src blob:', // a Worker's script must be same-origin, so Vitrine starts its own from a blob
    "img-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join('; ');
}

/** Sets the security headers on every answer, errors included. */
export function securityHeaders(options: ContentPolicyOptions): MiddlewareHandler {
  const policy = contentPolicy(options);
  return async (c, next) => {
    await next();
    c.header('Content-Security-Policy', policy);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'strict-origin-when-cross-origin');
  };
}
