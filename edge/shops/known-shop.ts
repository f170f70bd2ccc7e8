import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '#edge/env.ts';
import { shopIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { findShop } from './shop-store.ts';

/** Looks up the shop of the address for what follows, suspended or not. @throws {Problem} `unknown-shop`. */
export const knownShop = createMiddleware<EdgeEnv>(async (c, next) => {
  const shop = await findShop(c.env.DB, shopIn(c));
  if (!shop) throw new Problem('unknown-shop');
  c.set('shop', shop);
  await next();
});

/** The same for what a suspended shop does not get. @throws {Problem} `unknown-shop`, `shop-suspended`. */
export const activeShop = createMiddleware<EdgeEnv>((c, next) =>
  knownShop(c, async () => {
    if (c.get('shop').state === 'suspended') throw new Problem('shop-suspended');
    await next();
  }).then(() => {}),
);
