import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { EdgeEnv } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

/**
 * Lets the operator pass: `Authorization: Bearer <OPERATOR_TOKEN>`.
 *
 * Guarantees: the time taken tells nothing of the token (hashes are compared), and a party without
 * a token lets nobody pass.
 */
export const requireOperator = createMiddleware<EdgeEnv>(async (c, next) => {
  const sent = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
  const expected = c.env.OPERATOR_TOKEN;
  if (!sent || !expected || !(await timingSafeEqual(sent, expected))) {
    throw new Problem('operator-token-wrong', { headers: { 'www-authenticate': 'Bearer' } });
  }
  await next();
});
