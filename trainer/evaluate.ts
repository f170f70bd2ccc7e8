import { itemTransitionsBaseline, popularBaseline, recentPopularBaseline } from './baselines.ts';
import { buildBundle } from './bundle.ts';
import type { Dataset } from './dataset.ts';
import { deviceRecommender } from './device-recommender.ts';
import { InputError } from './input-error.ts';
import { measureRanking, type RankingMetrics, type Recommender } from './measure-ranking.ts';
import { seededRandom } from './seeded-random.ts';
import { makeTestCases, splitByTime } from './test-cases.ts';
import { type TrainOptions, train } from './train.ts';
import { shippedModel } from './trained-model.ts';

const RECENT_WINDOW_MS = 28 * 24 * 60 * 60 * 1000;

export interface Evaluation {
  readonly protocol: string;
  readonly testFrom: string;
  readonly numTest: number;
  readonly numCustomers: number;
  readonly seed: number;
  readonly minCustomers: number;
  readonly backend: string;
  readonly trainSeconds: number;
  readonly bundleBytes: number;
  /** One row a recommender, the shipped int8 model first. */
  readonly rows: readonly { readonly name: string; readonly metrics: RankingMetrics }[];
}

/**
 * Trains on the orders before a date and asks for the second half of every later basket.
 *
 * Nothing after the date is seen in training. The model is measured as it ships: int8, parsed from the
 * bundle's bytes, through the device's own code.
 *
 * @throws {InputError} If the date leaves no orders on one side.
 */
export async function evaluateOrders(
  dataset: Dataset,
  { testFromMs, ...options }: TrainOptions & { readonly testFromMs: number },
): Promise<Evaluation> {
  const { before, after } = splitByTime(dataset.baskets, testFromMs);
  const cases = makeTestCases(dataset, testFromMs);
  if (before.length === 0 || cases.length === 0) {
    const [first, last] = [dataset.baskets.at(0), dataset.baskets.at(-1)].map(
      (basket) => basket && isoDay(basket.atMs),
    );
    throw new InputError(
      `expected --test-from to leave orders before it and baskets of two items from it on, got ${before.length} orders before and ${cases.length} such baskets of ${after.length} after ${isoDay(testFromMs)}; the orders run from ${first} to ${last}`,
    );
  }
  const known = { items: dataset.items, baskets: before };
  const { trained, backend, trainSeconds } = await train(known, options);
  const bundle = await buildBundle(trained, {
    items: dataset.items,
    shop: 'evaluation' as never,
    sequence: 1,
    nowMs: testFromMs,
  });
  const recommenders: [string, Recommender][] = [
    ['vitrine (shipped int8)', await deviceRecommender(shippedModel(trained), dataset.items)],
    ['popular', popularBaseline(known)],
    ['recent popular', recentPopularBaseline(known, RECENT_WINDOW_MS)],
    ['item transitions', itemTransitionsBaseline(known)],
  ];
  const rows: Evaluation['rows'][number][] = [];
  for (const [name, recommend] of recommenders) {
    rows.push({ name, metrics: await measureRanking(recommend, cases, seededRandom(options.seed)) });
  }
  return {
    protocol: 'orders: first half of each later basket given, second half predicted, full ranking',
    testFrom: isoDay(testFromMs),
    numTest: cases.length,
    numCustomers: new Set(cases.map(({ customer }) => customer)).size,
    seed: options.seed,
    minCustomers: options.minCustomers,
    backend: backend.description,
    trainSeconds,
    bundleBytes: bundle.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    rows,
  };
}

function isoDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
