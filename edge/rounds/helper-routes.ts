import { Hono } from 'hono';
import { limitBody, MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { onlyRole } from '#edge/party-guards.ts';
import { taskIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { signedByPeer } from '#edge/sender-auth.ts';
import { knownShop } from '#edge/shops/known-shop.ts';
import { HELPER_BATCH_MAX_BYTES } from '#protocol/helper-batch.ts';
import { parseJson } from '#protocol/parse.ts';
import { ReleaseRequestSchema, type RoundState } from '#protocol/round-messages.ts';
import { findRound } from './round-stub.ts';

/** What the leader asks of the helper. */
export const helperRoutes = new Hono<EdgeEnv>();

const MAX_BYTES = {
  'verify-key': MESSAGE_MAX_BYTES,
  batches: HELPER_BATCH_MAX_BYTES,
  release: MESSAGE_MAX_BYTES,
} as const;

for (const [message, maxBytes] of Object.entries(MAX_BYTES)) {
  const path = `/v1/shops/:shop/tasks/:task/${message}`;
  helperRoutes.post(path, onlyRole('helper'), knownShop, limitBody(maxBytes), signedByPeer);
}
helperRoutes
  .post('/v1/shops/:shop/tasks/:task/verify-key', async (c) => {
    const outcome = await findRound(c.env.ROUND, c.get('shop'), taskIn(c)).agreeOnVerifyKey(c.get('signedBody'));
    if (outcome.kind !== 'agreed') throw new Problem(outcome.kind);
    return c.json(outcome);
  })
  .post('/v1/shops/:shop/tasks/:task/batches', async (c) => {
    const outcome = await findRound(c.env.ROUND, c.get('shop'), taskIn(c)).addBatch(c.get('signedBody'));
    if (outcome.kind !== 'answered') throw new Problem(outcome.kind);
    return c.body(outcome.verdicts, 200, { 'content-type': 'application/octet-stream' });
  })
  .post('/v1/shops/:shop/tasks/:task/release', async (c) => {
    const request = parseJson(ReleaseRequestSchema, c.get('signedBody'), 'round-message-invalid');
    const outcome = await findRound(c.env.ROUND, c.get('shop'), taskIn(c)).release(request);
    if (outcome.kind !== 'released') throw new Problem(outcome.kind);
    return c.json(outcome satisfies RoundState);
  });
