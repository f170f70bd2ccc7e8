import type { Model } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { blendWeights, SCORE_TERMS } from '#model/score-items.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import type { BlendCase } from '#trainer/blend-case.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import { fitBlend } from '#trainer/fit-blend.ts';
import { meanMetrics, measureRanking, type Recommender } from '#trainer/measure-ranking.ts';
import { blendTerms, rawTerms } from '#trainer/raw-terms.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import type { Ablated, AblationRow } from './evaluation.ts';
import { withoutSeen } from './without-seen.ts';

export interface AblationOptions {
  readonly items: readonly CatalogItem[];
  /** What the blends are fitted on. */
  readonly blendCases: readonly BlendCase[];
  /** What they are asked. */
  readonly cases: readonly TestCase[];
  readonly excludesSeen: boolean;
  readonly seed: number;
}

/** What each term of the blend is worth: the weights are fitted again without it, and with it alone. */
export async function ablate(model: Model, options: AblationOptions): Promise<AblationRow[]> {
  const { items, blendCases, cases, excludesSeen, seed } = options;
  const blends: { readonly ablated: Ablated; readonly blend: readonly BlendWeights[] }[] = [
    { ablated: { kind: 'all' }, blend: model.config.blend },
  ];
  for (const term of SCORE_TERMS) {
    const others = SCORE_TERMS.filter((other) => other !== term);
    blends.push({ ablated: { kind: 'without', term }, blend: await fitBlend(blendCases, others) });
  }
  for (const term of SCORE_TERMS) {
    blends.push({ ablated: { kind: 'alone', term }, blend: await fitBlend(blendCases, [term]) });
  }
  const recommenders = await sharedTerms(model, items);
  const rows: AblationRow[] = [];
  for (const { ablated, blend } of blends) {
    const recommend = recommenders(blend);
    const asked = excludesSeen ? withoutSeen(recommend, rowLookup(items)) : recommend;
    const { recallAt20, ndcgAt20 } = meanMetrics(await measureRanking(asked, cases, seededRandom(seed)));
    rows.push({ ...ablated, figures: { recallAt20, ndcgAt20 } });
  }
  return rows;
}

/** Recommenders that differ in their blend alone. */
async function sharedTerms(
  model: Model,
  items: readonly CatalogItem[],
): Promise<(blend: readonly BlendWeights[]) => Recommender> {
  const scoreAll = createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  return (blend) =>
    async ({ events }) => {
      const profile = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
      return blendTerms(rawTerms(model, scoreAll, profile), blendWeights(blend, profile));
    };
}
