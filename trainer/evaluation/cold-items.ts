import { ndcgAt, ranksOf, recallAt } from '#model/metrics.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { deviceRecommender, rowLookup } from '#trainer/device-recommender.ts';
import type { Recommender } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeTestCases, splitByTime, type TestCase } from '#trainer/test-cases.ts';
import { type TrainOptions, type TrainResult, train } from '#trainer/train.ts';
import { shippedModel } from '#trainer/trained-model.ts';
import type { ColdItemFigures, Quality } from './evaluation.ts';
import { firstOrders, withListingDays } from './listing-days.ts';

/** Cut dates: few items are new at any one. */
const NUM_CUTS = 4;
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
/** A model needs this share of the log before its cut. */
const LEAST_SHARE_BEFORE = 0.3;
const CUTOFF = 20;
/** A profile's event counts this much less than the one after it, in the text-only ranking. */
const EVENT_DECAY = 0.85;

/**
 * How well items are found that nobody had ordered before the cut, and that are known by their text alone:
 * ranked among all items of the shop, over several cut dates a month apart, each with a model trained on what
 * lies before it. An item first ordered after the month that follows a cut is not in the shop yet. The model
 * is told which items came with the cut, as by a catalog's dates; the text-only ranking is not, and nor is the
 * model without its term for new items.
 *
 * @param dataset All orders. @param testFromMs The latest cut.
 * @returns Nothing where no test case asks for such an item.
 */
export async function coldItemFigures(
  dataset: Dataset,
  testFromMs: number,
  options: TrainOptions,
): Promise<ColdItemFigures | undefined> {
  const [firstMs, lastMs] = [dataset.baskets.at(0)?.atMs ?? 0, dataset.baskets.at(-1)?.atMs ?? 0];
  const cuts = Array.from({ length: NUM_CUTS }, (_, i) => testFromMs - i * MONTH_MS).filter(
    (cutMs) => cutMs - firstMs >= LEAST_SHARE_BEFORE * (lastMs - firstMs),
  );
  const [shipped, withoutFresh, textOnly] = [startMean(), startMean(), startMean()];
  const cutDates: string[] = [];
  for (const cutMs of cuts) {
    const before = splitByTime(dataset.baskets, cutMs).before;
    const untilMs = cutMs + MONTH_MS;
    const cases = coldCases(dataset, { before, cutMs, untilMs });
    if (cases.length === 0) continue;
    const items = withListingDays(dataset, { cutMs, untilMs });
    const result = await train({ ...dataset, items, baskets: before }, options);
    const notYet = [...firstOrders(dataset.baskets)].flatMap(([row, atMs]) => (atMs < untilMs ? [] : row));
    const model = shippedModel(result.trained);
    const blend = model.config.blend.map((weights) => ({ ...weights, fresh: 0 }));
    const asked = [
      [shipped, await deviceRecommender(model, items)],
      [withoutFresh, await deviceRecommender({ ...model, config: { ...model.config, blend } }, items)],
      [textOnly, textRecommender(dataset, result)],
    ] as const;
    for (const [mean, recommender] of asked) {
      const recommend = without(recommender, notYet);
      const random = seededRandom(options.seed);
      for (const testCase of cases) mean.add(ranksOf(await recommend(testCase), testCase.targets, random));
    }
    cutDates.push(new Date(cutMs).toISOString().slice(0, 10));
  }
  if (shipped.count() === 0) return undefined;
  return {
    numCases: shipped.count(),
    cutDates,
    shipped: shipped.quality(),
    withoutFresh: withoutFresh.quality(),
    textOnly: textOnly.quality(),
  };
}

/** Cases of the month after a cut that ask for cold items, those alone as targets. */
function coldCases(
  dataset: Dataset,
  { before, cutMs, untilMs }: { readonly before: Dataset['baskets']; readonly cutMs: number; readonly untilMs: number },
): TestCase[] {
  const known = new Set(before.flatMap(({ rows }) => rows));
  const upTo = { ...dataset, baskets: dataset.baskets.filter(({ atMs }) => atMs < untilMs) };
  return makeTestCases(upTo, cutMs).flatMap((testCase) => {
    const targets = testCase.targets.filter((row) => !known.has(row));
    return targets.length === 0 ? [] : { ...testCase, targets };
  });
}

function without(recommend: Recommender, rows: readonly number[]): Recommender {
  return async (testCase) => {
    const scores = await recommend(testCase);
    for (const row of rows) scores[row] = Number.NEGATIVE_INFINITY;
    return scores;
  };
}

/** The cosine of text features alone, with a profile that fades by the event. */
function textRecommender({ items }: Dataset, { textFeatures }: TrainResult): Recommender {
  const dim = textFeatures.length / items.length;
  const rowOf = rowLookup(items);
  const normOf = (row: number): number => Math.hypot(...textFeatures.subarray(row * dim, (row + 1) * dim)) || 1;
  const norms = Float64Array.from(items, (_, row) => normOf(row));
  return ({ events }) => {
    const profile = new Float64Array(dim);
    let weight = 1;
    for (const event of events.toReversed()) {
      const row = event.kind === 'search' ? undefined : rowOf(event.itemId);
      if (row === undefined) continue;
      for (let d = 0; d < dim; d++) {
        profile[d] =
          (profile[d] as number) + (weight * (textFeatures[row * dim + d] as number)) / (norms[row] as number);
      }
      weight *= EVENT_DECAY;
    }
    return Float32Array.from(items, (_, row) => {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += (profile[d] as number) * (textFeatures[row * dim + d] as number);
      return dot / (norms[row] as number);
    });
  };
}

function startMean() {
  let count = 0;
  let recall = 0;
  let ndcg = 0;
  return {
    add(ranks: readonly number[]): void {
      count++;
      recall += recallAt(ranks, CUTOFF);
      ndcg += ndcgAt(ranks, CUTOFF);
    },
    count: () => count,
    quality: (): Quality => ({ recallAt20: recall / count, ndcgAt20: ndcg / count }),
  };
}
