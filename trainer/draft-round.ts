import type { Digest } from '#protocol/ids.ts';
import { customerHistories } from './customer-histories.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { rowLookup } from './device-recommender.ts';
import { splitCustomers } from './held-out-customers.ts';
import { requireRecords } from './learn-from-sum.ts';
import { continued, loadLearning, requireDecided } from './learning-file.ts';
import { requirePublished } from './publish.ts';
import { requireNoneWaiting } from './require-none-waiting.ts';
import { draftMetrics, draftModelUpdate, draftPopularity, type TaskDraft } from './task-draft.ts';
import { shippedModel } from './trained-model.ts';
import { readTrainedShop } from './trained-shop.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Kinds that a merchant opens by name. */
export type DraftedKind = 'model-update' | 'metrics' | 'popularity';

/**
 * What a task of some kind says for the model that is published now.
 *
 * @param maxParticipations After as many rounds learning begins anew.
 * @param windowMs How far back `metrics` and `popularity` look: a separation, so that no event is told of twice.
 * @throws {InputError} What {@link readTrainedShop} throws; if the trained model is not the published one, there is nothing to learn beside, or what the
 *   rounds before have learned waits for a trial or its end.
 */
export async function draftRound(
  kind: DraftedKind,
  {
    workspace,
    parties,
    rank,
    clipNorm,
    windowMs,
    maxParticipations,
  }: {
    readonly workspace: ShopWorkspace;
    readonly parties: Parties;
    readonly rank: number;
    readonly clipNorm: number;
    readonly windowMs: number;
    readonly maxParticipations: number;
  },
): Promise<{ readonly modelDigest: Digest; readonly draft: TaskDraft }> {
  const { trained, dataset } = await readTrainedShop(workspace);
  const { manifest, modelDigest } = await requirePublished(trained, dataset, leaderShop(parties));
  switch (kind) {
    case 'model-update': {
      requireRecords(customerHistories(splitCustomers(dataset).known), rowLookup(dataset.items));
      const before = await loadLearning(workspace, trained);
      requireDecided(before, maxParticipations);
      await requireNoneWaiting(workspace, { modelDigest, kinds: ['shadow-eval'] });
      const learning = continued(before, { maxParticipations });
      const itemVectors = learning?.startVectors ?? trained.itemVectors;
      const start = shippedModel({ ...trained, itemVectors });
      const numBefore = learning?.state.numRounds ?? 0;
      return { modelDigest, draft: await draftModelUpdate(manifest, { start, rank, clipNorm, numBefore }) };
    }
    case 'metrics':
      return { modelDigest, draft: draftMetrics({ windowMs }) };
    case 'popularity':
      return { modelDigest, draft: draftPopularity({ numItems: manifest.config.numItems, windowMs }) };
    default:
      return kind satisfies never;
  }
}
