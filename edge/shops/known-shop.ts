import { createMiddleware } from 'hono/factory';
import type { EdgeEnv } from '#edge/env.ts';
import { shopIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { findPublicShop, forgetPublicShop } from './public-shop.ts';
import { findShop } from './shop-store.ts';

/** Looks up the shop of the address for what follows, suspended or not. @throws {Problem} `unknown-shop`. */
export const knownShop = createMiddleware<EdgeEnv>(async (c, next) => {
  const shop = await findShop(c.env.DB, shopIn(c));
  if (!shop) throw new Problem('unknown-shop');
  c.set('shop', shop);
  await next();
});

/**
 * The shop as devices see it, with what it has published, up to a few seconds old.
 *
 * @throws {Problem} `unknown-shop`, `shop-suspended`.
 */
export const publicShop = createMiddleware<EdgeEnv>(async (c, next) => {
  const shop = await findPublicShop(c.env.DB, shopIn(c), Date.now());
  if (!shop) throw new Problem('unknown-shop');
  if (shop.state === 'suspended') throw new Problem('shop-suspended');
  c.set('shop', shop);
  c.set('published', shop);
  await next();
});

/** Makes a change to a shop seen at once by devices that ask this isolate. */
export const forgetChangedShop = createMiddleware<EdgeEnv>(async (c, next) => {
  await next();
  if (c.req.method === 'PUT' || c.req.method === 'DELETE') forgetPublicShop(c.env.DB, shopIn(c));
});

/** The same for what a suspended shop does not get. @throws {Problem} `unknown-shop`, `shop-suspended`. */
export const activeShop = createMiddleware<EdgeEnv>((c, next) =>
  knownShop(c, async () => {
    if (c.get('shop').state === 'suspended') throw new Problem('shop-suspended');
    await next();
  }).then(() => {}),
);
