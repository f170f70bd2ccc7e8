import { createMiddleware } from 'hono/factory';
import { signAnswer } from '#protocol/signed-answer.ts';
import type { EdgeEnv } from './env.ts';
import { ownKey } from './party.ts';

/**
 * Signs the answers to signed requests with this party's key, refusals included: trainer and leader know
 * whose answer they read.
 */
export const signedAnswers = createMiddleware<EdgeEnv>(async (c, next) => {
  await next();
  if (!c.req.raw.headers.has('signature')) return;
  const unsigned = c.res;
  c.res = undefined; // or the unsigned one's headers would be merged into the signed one's
  c.res = await signAnswer(unsigned, { request: c.req.raw, key: await ownKey(c.env), nowMs: Date.now() });
});
