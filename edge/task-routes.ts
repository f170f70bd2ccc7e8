import { Hono } from 'hono';
import { limitBody, MESSAGE_MAX_BYTES } from './body-limit.ts';
import type { EdgeEnv } from './env.ts';
import { createTaskKey, destroyUnusedKeys } from './hpke-key-store.ts';
import { knownShop } from './known-shop.ts';
import { onlyRole, withSecondParty } from './party-guards.ts';
import { Problem } from './problem.ts';
import { signedByShop } from './sender-auth.ts';
import { shopCors } from './shop-cors.ts';
import { registerTask } from './task-registration.ts';
import { findOpenTaskEnvelope, isKeyTaken } from './task-store.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** How a task comes to be: keys of both parties, the helper's signature, then the leader opens it. */
export const taskRoutes = new Hono<EdgeEnv>()
  .on(['GET', 'OPTIONS'], '/v1/shops/:shop/task', onlyRole('leader'), knownShop, shopCors, withSecondParty)
  .get('/v1/shops/:shop/task', async (c) => {
    const envelope = await findOpenTaskEnvelope(c.env.DB, c.get('shop').id, Date.now());
    if (!envelope) throw new Problem('no-open-task');
    return c.body(envelope, 200, { ...JSON_TYPE, 'cache-control': 'public, max-age=30' });
  })
  .post(
    '/v1/shops/:shop/task-keys',
    knownShop,
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
  .post('/v1/shops/:shop/tasks', knownShop, withSecondParty, limitBody(MESSAGE_MAX_BYTES), signedByShop, async (c) =>
    c.body(await registerTask(c.env, c.get('shop'), c.get('signedBody')), 200, JSON_TYPE),
  );
