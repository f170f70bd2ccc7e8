import { Hono } from 'hono';
import { limitBody, MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { shopIn } from '#edge/path-ids.ts';
import { parseJson } from '#protocol/parse.ts';
import { type ShopRecord, ShopRecordSchema } from '#protocol/round-messages.ts';
import { knownShop } from './known-shop.ts';
import { requireOperator } from './operator-auth.ts';
import { saveShop } from './shop-store.ts';

/** What the operator does: registers shops. */
export const shopRoutes = new Hono<EdgeEnv>()
  .put('/v1/shops/:shop', requireOperator, limitBody(MESSAGE_MAX_BYTES), async (c) => {
    const record = parseJson(ShopRecordSchema, await c.req.text(), 'bad-json');
    await saveShop(c.env.DB, shopIn(c), record);
    return c.json(record);
  })
  .get('/v1/shops/:shop', requireOperator, knownShop, (c) => {
    const { publishingKey, allowedOrigins } = c.get('shop');
    return c.json({ publishingKey, allowedOrigins } satisfies ShopRecord);
  });
