import { createMiddleware } from 'hono/factory';
import type { PartyRole } from '#protocol/report.ts';
import type { EdgeEnv } from './env.ts';
import { peerKey } from './party.ts';
import { Problem } from './problem.ts';

/** Routes that one of the two parties has; at the other there is nothing at their address. */
export function onlyRole(role: PartyRole) {
  return createMiddleware<EdgeEnv>(async (c, next) => {
    if (c.env.ROLE !== role) throw new Problem('not-found');
    await next();
  });
}

/** Routes that need both parties. @throws {Problem} `no-second-party`. */
export const withSecondParty = createMiddleware<EdgeEnv>(async (c, next) => {
  peerKey(c.env);
  await next();
});
