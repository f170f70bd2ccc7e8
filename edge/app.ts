import { Hono } from 'hono';
import { assetRoutes } from './delivery/asset-routes.ts';
import { modelRoutes } from './delivery/model-routes.ts';
import { publishRoutes } from './delivery/publish-routes.ts';
import type { EdgeEnv } from './env.ts';
import { partyRoutes } from './party.ts';
import { answerError, answerNotFound } from './problem.ts';
import { helperRoutes } from './rounds/helper-routes.ts';
import { ledgerRoutes } from './rounds/ledger-routes.ts';
import { roundRoutes } from './rounds/round-routes.ts';
import { taskRoutes } from './rounds/task-routes.ts';
import { apiSecurityHeaders, noStoreByDefault } from './security-headers.ts';
import { forgetChangedShop } from './shops/known-shop.ts';
import { shopRoutes } from './shops/shop-routes.ts';
import { signedAnswers } from './signed-answers.ts';

/** Both parties' routes; each answers 404 to what only the other one does. */
export function createApp(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use('/v1/*', signedAnswers, apiSecurityHeaders, noStoreByDefault);
  app.use('/v1/shops/:shop/*', forgetChangedShop);
  for (const routes of [
    assetRoutes,
    partyRoutes,
    shopRoutes,
    modelRoutes,
    publishRoutes,
    ledgerRoutes,
    taskRoutes,
    helperRoutes,
    roundRoutes,
  ]) {
    app.route('/', routes);
  }
  return app;
}
