import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { verifyRequest } from '#protocol/signed-request.ts';
import type { EdgeEnv } from './env.ts';
import { peerKey } from './party.ts';

/** Lets the holders of the shop's publishing keys pass. Comes after `knownShop` and a body limit. */
export const signedByShop = requireSignature((c) => c.get('shop').publishingKeys);

/** Lets the other party pass. Comes after a body limit. */
export const signedByPeer = requireSignature((c) => [peerKey(c.env)]);

/** Lets the operator of this party pass; a party that knows no operator lets nobody pass. Comes after a body limit. */
export const signedByOperator = requireSignature(operatorKeys);

/** Either of these two. Comes after `knownShop` and a body limit. */
export const signedByShopOrOperator = requireSignature((c) => [...c.get('shop').publishingKeys, ...operatorKeys(c)]);

function operatorKeys({ env }: Context<EdgeEnv>): string[] {
  return env.OPERATOR_PUBLIC_KEY ? [env.OPERATOR_PUBLIC_KEY] : [];
}

/**
 * Verifies the request's signature and leaves its body in `signedBody`, the signer in `signer`.
 *
 * Guarantee: what follows reads only bytes that an allowed sender signed for this very address within the last
 * minutes.
 */
function requireSignature(senderKeys: (c: Context<EdgeEnv>) => readonly string[]) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    const { body, publicKey } = await verifyRequest(c.req.raw, senderKeys(c), Date.now());
    c.set('signedBody', body);
    c.set('signer', publicKey);
    await next();
  });
}
