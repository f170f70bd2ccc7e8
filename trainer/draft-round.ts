import type { Digest } from '#protocol/ids.ts';
import { readDataset } from './dataset.ts';
import { leaderShop, type Parties } from './deployment.ts';
import { learningFile } from './learning-file.ts';
import { loadModel } from './model-store.ts';
import { requirePublished } from './publish.ts';
import { draftMetrics, draftModelUpdate, draftPopularity, type TaskDraft } from './task-draft.ts';
import { shippedModel } from './trained-model.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Kinds that a merchant opens by name. */
export type DraftedKind = 'model-update' | 'metrics' | 'popularity';

/**
 * What a task of some kind says for the model that is published now.
 *
 * @param windowMs How far back `metrics` and `popularity` look: a separation, so that no event is told of twice.
 * @throws {InputError} If the trained model is not the published one.
 */
export async function draftRound(
  kind: DraftedKind,
  {
    workspace,
    parties,
    rank,
    clipNorm,
    windowMs,
  }: {
    readonly workspace: ShopWorkspace;
    readonly parties: Parties;
    readonly rank: number;
    readonly clipNorm: number;
    readonly windowMs: number;
  },
): Promise<{ readonly modelDigest: Digest; readonly draft: TaskDraft }> {
  const { trained } = await loadModel(workspace);
  const { manifest, modelDigest } = await requirePublished(trained, await readDataset(workspace), leaderShop(parties));
  switch (kind) {
    case 'model-update': {
      const learning = await learningFile(workspace, trained).load();
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
