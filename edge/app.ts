import { Hono } from 'hono';
import { assetRoutes } from './asset-routes.ts';
import type { EdgeEnv } from './env.ts';
import { helperRoutes } from './helper-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { partyRoutes } from './party.ts';
import { answerError, answerNotFound } from './problem.ts';
import { publishRoutes } from './publish-routes.ts';
import { roundRoutes } from './round-routes.ts';
import { apiSecurityHeaders } from './security-headers.ts';
import { shopRoutes } from './shop-routes.ts';
import { signedAnswers } from './signed-answers.ts';
import { taskRoutes } from './task-routes.ts';

/** Both parties' routes; each answers 404 to what only the other one does. */
export function createApp(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use('/v1/*', signedAnswers, apiSecurityHeaders);
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
