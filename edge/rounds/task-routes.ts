import { Hono } from 'hono';
import { limitBody, MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { onlyRole, withSecondParty } from '#edge/party-guards.ts';
import { signedByShop } from '#edge/sender-auth.ts';
import { activeShop, publicShop } from '#edge/shops/known-shop.ts';
import { shopCors } from '#edge/shops/shop-cors.ts';
import { createTaskKey, destroyUnusedKeys } from './task-key-store.ts';
import { registerTask } from './task-registration.ts';
import { findOpenTaskEnvelopes, isKeyTaken } from './task-store.ts';

const OPEN_TASKS = '/v1/shops/:shop/open-tasks';
const JSON_TYPE = { 'content-type': 'application/json' };

/** How a task comes to be: keys of both parties, the helper's signature, then the leader opens it. */
export const taskRoutes = new Hono<EdgeEnv>()
  .on(['GET', 'OPTIONS'], OPEN_TASKS, onlyRole('leader'), publicShop, shopCors, withSecondParty)
  .get(OPEN_TASKS, async (c) => {
    const envelopes = await findOpenTaskEnvelopes(c.env.DB, c.get('shop').id, Date.now());
    return c.body(`[${envelopes.join(',')}]`, 200, { ...JSON_TYPE, 'cache-control': 'public, max-age=30' });
  })
  .post(
    '/v1/shops/:shop/task-keys',
    activeShop,
    withSecondParty,
    limitBody(MESSAGE_MAX_BYTES),
    signedByShop,
    async (c) => {
      const { id } = c.get('shop');
      const isTaken = (publicKey: string) => isKeyTaken(c.env.DB, publicKey);
      await destroyUnusedKeys(c.env.KEYS, id, { nowMs: Date.now(), isTaken });
      return c.json(await createTaskKey(c.env.KEYS, id), 201);
    },
  )
  .post('/v1/shops/:shop/tasks', activeShop, withSecondParty, limitBody(MESSAGE_MAX_BYTES), signedByShop, async (c) =>
    c.body(await registerTask(c.env, c.get('shop'), c.get('signedBody')), 200, JSON_TYPE),
  );
