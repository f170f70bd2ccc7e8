import { Hono } from 'hono';
import { limitBody, MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { onlyRole, withSecondParty } from '#edge/party-guards.ts';
import { taskIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { signedByShop } from '#edge/sender-auth.ts';
import { activeShop, publicShop } from '#edge/shops/known-shop.ts';
import { onlyShopOrigins, shopCors } from '#edge/shops/shop-cors.ts';
import { REPORT_MAX_BYTES } from '#protocol/report.ts';
import type { ReportReceipt } from '#protocol/round-messages.ts';
import { findRound } from './round-stub.ts';

/** Statuses of receipts; the body says the same in its `kind`. */
const RECEIPT_STATUS = { accepted: 202, late: 410, full: 429 } as const satisfies Record<ReportReceipt['kind'], number>;

const REPORTS = '/v1/shops/:shop/tasks/:task/reports';

/** A round as devices and trainer use it. */
export const roundRoutes = new Hono<EdgeEnv>()
  .on(['POST', 'OPTIONS'], REPORTS, onlyRole('leader'), publicShop, shopCors, withSecondParty)
  .post(REPORTS, onlyShopOrigins, limitBody(REPORT_MAX_BYTES), async (c) => {
    const report = new Uint8Array(await c.req.arrayBuffer());
    const outcome = await findRound(c.env.ROUND, c.get('shop'), taskIn(c)).submit(report);
    switch (outcome.kind) {
      case 'accepted':
      case 'late':
      case 'full':
        return c.json({ kind: outcome.kind } satisfies ReportReceipt, RECEIPT_STATUS[outcome.kind]);
      case 'unknown-task':
      case 'task-not-open-yet':
      case 'report-invalid':
      case 'report-differs':
        throw new Problem(outcome.kind);
      default:
        return outcome satisfies never;
    }
  })
  .use('/v1/shops/:shop/tasks/:task/*', limitBody(MESSAGE_MAX_BYTES))
  .post(
    '/v1/shops/:shop/tasks/:task/close',
    onlyRole('leader'),
    activeShop,
    withSecondParty,
    signedByShop,
    async (c) => {
      const state = await findRound(c.env.ROUND, c.get('shop'), taskIn(c)).close();
      if (!state) throw new Problem('unknown-task');
      return c.json(state, 202);
    },
  )
  .get('/v1/shops/:shop/tasks/:task', activeShop, withSecondParty, signedByShop, async (c) => {
    const state = await findRound(c.env.ROUND, c.get('shop'), taskIn(c)).state();
    if (!state) throw new Problem('unknown-task');
    return c.json(state);
  })
  .get('/v1/shops/:shop/tasks/:task/aggregate-share', activeShop, withSecondParty, signedByShop, async (c) => {
    const round = findRound(c.env.ROUND, c.get('shop'), taskIn(c));
    if (!(await round.state())) throw new Problem('unknown-task');
    const share = await round.aggregateShare();
    if (!share) throw new Problem('not-released');
    return c.json(share);
  });
