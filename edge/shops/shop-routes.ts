import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { limitBody, MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { shopIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { signedByOperator, signedByShopOrOperator } from '#edge/sender-auth.ts';
import { wakeUpkeep } from '#edge/upkeep/upkeep-stub.ts';
import type { ShopId } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { parseJson } from '#protocol/parse.ts';
import {
  type AuditLogSchema,
  PublicKeySchema,
  ShopSettingsSchema,
  ShopStateSchema,
  type ShopView,
} from '#protocol/shop.ts';
import { type AuditedChange, readAuditLog } from './audit-log.ts';
import { knownShop } from './known-shop.ts';
import { addKey, deleteShop, revokeKey, saveSettings, setState } from './shop-changes.ts';
import { findShopView, listShops } from './shop-store.ts';

const SHOP = '/v1/shops/:shop';
const KEY = `${SHOP}/keys/:key`;
const limited = limitBody(MESSAGE_MAX_BYTES);

/** What the operator does with shops; a merchant may read what was done to the own one. */
export const shopRoutes = new Hono<EdgeEnv>()
  .get('/v1/shops', limited, signedByOperator, async (c) =>
    c.json(await listShops(c.env.DB, c.req.query('after') ?? '')),
  )
  .get(SHOP, knownShop, limited, signedByOperator, async (c) => c.json(await viewOf(c, c.get('shop').id)))
  .put(SHOP, limited, signedByOperator, async (c) => {
    const shop = shopIn(c);
    const settings = parseJson(ShopSettingsSchema, c.get('signedBody'), 'bad-json');
    const { kind } = await saveSettings(c.env.DB, await changeOf(c, shop), settings);
    if (kind === 'deleted') throw new Problem('shop-deleted');
    return c.json(await viewOf(c, shop));
  })
  .delete(SHOP, limited, signedByOperator, async (c) => {
    await deleteShop(c.env.DB, await changeOf(c, shopIn(c)));
    await wakeUpkeep(c.env);
    return c.json({ kind: 'deleted' });
  })
  .put(`${SHOP}/state`, knownShop, limited, signedByOperator, async (c) => {
    const { id } = c.get('shop');
    const { state } = parseJson(ShopStateSchema, c.get('signedBody'), 'bad-json');
    await setState(c.env.DB, await changeOf(c, id), state);
    return c.json(await viewOf(c, id));
  })
  .put(KEY, knownShop, limited, signedByOperator, async (c) => {
    const { id } = c.get('shop');
    const { kind } = await addKey(c.env.DB, await changeOf(c, id), keyIn(c));
    if (kind === 'revoked') throw new Problem('key-revoked');
    return c.json(await viewOf(c, id));
  })
  .delete(KEY, knownShop, limited, signedByOperator, async (c) => {
    const { id } = c.get('shop');
    await revokeKey(c.env.DB, await changeOf(c, id), keyIn(c));
    return c.json(await viewOf(c, id));
  })
  .get(`${SHOP}/audit-log`, knownShop, limited, signedByShopOrOperator, async (c) =>
    c.json({ entries: await readAuditLog(c.env.DB, c.get('shop').id) } satisfies v.InferOutput<typeof AuditLogSchema>),
  );

async function changeOf(c: Context<EdgeEnv>, shop: ShopId): Promise<AuditedChange> {
  return { shop, by: await fingerprintOf(c.get('signer')), nowMs: Date.now() };
}

async function viewOf(c: Context<EdgeEnv>, shop: ShopId): Promise<ShopView> {
  const view = await findShopView(c.env.DB, shop);
  if (!view) throw new Problem('unknown-shop'); // deleted meanwhile
  return view;
}

/** The `:key` of the address. @throws {Problem} `not-found` if it cannot be one. */
function keyIn(c: Context<EdgeEnv>): string {
  const result = v.safeParse(PublicKeySchema, c.req.param('key'));
  if (!result.success) throw new Problem('not-found');
  return result.output;
}
