import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '#edge/env.ts';
import { peerKey } from '#edge/party.ts';
import { verifyRequest } from '#protocol/signed-request.ts';

/** Lets the holder of the shop's publishing key pass. Comes after `knownShop` and a body limit. */
export const signedByShop = requireSignature((c) => c.get('shop').publishingKey);

/** Lets the other party pass. Comes after a body limit. */
export const signedByPeer = requireSignature((c) => peerKey(c.env));

/**
 * Verifies the request's signature and leaves its body in `signedBody`.
 *
 * Guarantee: what follows reads only bytes that the one allowed sender signed for this very address
 * within the last minutes.
 */
function requireSignature(senderKey: (c: Context<EdgeEnv>) => string) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    c.set('signedBody', await verifyRequest(c.req.raw, senderKey(c), Date.now()));
    await next();
  });
}
