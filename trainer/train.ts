import type { Neighbors, Popularity } from '#protocol/item-files.ts';
import { type Backend, startBackend } from './backend.ts';
import { CONFIG } from './config.ts';
import type { Basket, Dataset } from './dataset.ts';
import { deviceRecommender } from './device-recommender.ts';
import { fitBlend } from './fit-blend.ts';
import { fitNetwork } from './fit-network.ts';
import { countItems, type ItemCounts, measurePopularity } from './item-counts.ts';
import { groupItems } from './item-groups.ts';
import { measureRanking } from './measure-ranking.ts';
import { createNegativeSampler } from './negative-sampler.ts';
import { findNeighbors } from './neighbor-lists.ts';
import { Network } from './network.ts';
import { type Random, seededRandom } from './seeded-random.ts';
import { customerSequences, cutWindows } from './sequences.ts';
import { makeTestCases, sampleCases, splitByTime, type TestCase, timeOfLatestShare } from './test-cases.ts';
import { textFeatures } from './text-features.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';
import { distillWords } from './word-vectors.ts';

export interface TrainOptions {
  /** Bounds the encoder's training; everything else takes seconds. */
  readonly maxMs: number;
  readonly seed: number;
  /** Customers that a pair, an ID delta or a popularity needs to ship. */
  readonly minCustomers: number;
  readonly textCacheFile: string;
  readonly onProgress: (progress: TrainProgress) => void;
}

export type TrainProgress =
  | { readonly kind: 'backend'; readonly description: string }
  | { readonly kind: 'texts'; readonly done: number; readonly total: number }
  | { readonly kind: 'step'; readonly shareOfTime: number }
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number; readonly validation: number }
  | { readonly kind: 'blend' };

export interface TrainResult {
  readonly trained: TrainedModel;
  readonly backend: Backend;
  readonly numSteps: number;
  readonly trainSeconds: number;
}

/** Cases asked after every pass: a second's work. */
const CASES_PER_PASS = 300;

/** Weights while the encoder is trained: it is judged alone. */
const ENCODER_ALONE = [{ maxEvents: null, sequence: 1, neighbors: 0, text: 0, popularity: 0 }];

/**
 * Trains a model on a shop's items and orders; without orders, on its texts alone.
 *
 * The latest orders are the validation set of early stopping and of the blend's weights; neighbors and
 * popularity then ship as measured on all orders. Trained on the merchant's own records without noise:
 * what few customers did is suppressed (`minCustomers`), not hidden by differential privacy.
 *
 * @throws {DivergedError} If the loss is not finite.
 */
export async function train(dataset: Dataset, options: TrainOptions): Promise<TrainResult> {
  const startedMs = performance.now();
  const { items, baskets } = dataset;
  const { minCustomers, onProgress } = options;
  const random = seededRandom(options.seed);
  const backend = await startBackend();
  onProgress({ kind: 'backend', description: backend.description });
  const features = await textFeatures(items, {
    cacheFile: options.textCacheFile,
    random,
    onProgress: (done) => onProgress({ kind: 'texts', done, total: items.length }),
  });
  const validationFromMs = baskets.length > 0 ? timeOfLatestShare(baskets, CONFIG.validationShare) : 0;
  const { before } = splitByTime(baskets, validationFromMs);
  const validation = sampleCases(makeTestCases(dataset, validationFromMs), CONFIG.maxValidationBaskets, random);
  const counts = countItems(baskets, items.length);
  const earlyLists = measureLists(before, { numItems: items.length, minCustomers });

  const network = new Network(
    { numItems: items.length, ...CONFIG },
    { textFeatures: features, mayHaveDelta: Array.from(counts.customers, (n) => n >= minCustomers), random },
  );
  const snapshot = (): Promise<TrainedModel> =>
    modelWithoutSearch(network, { numItems: items.length, lists: earlyLists });
  try {
    const windows = cutWindows(customerSequences(before), CONFIG.maxEvents);
    const numSteps =
      windows.length === 0
        ? 0
        : await fitNetwork(network, windows, {
            maxMs: options.maxMs,
            random,
            sampler: createNegativeSampler(counts.orders, CONFIG.negativePower),
            validate: async () => ndcgOf(await snapshot(), dataset, validation.slice(0, CASES_PER_PASS), options.seed),
            onStep: (shareOfTime) => onProgress({ kind: 'step', shareOfTime }),
            onEpoch: (epoch) => onProgress({ kind: 'epoch', ...epoch }),
          });
    onProgress({ kind: 'blend' });
    const alone = await snapshot();
    const early = { ...alone, ...learnedTables(dataset, alone, { counts, random }) };
    const blend = await fitBlend(shippedModel(early), { items, cases: validation });
    const lists = measureLists(baskets, { numItems: items.length, minCustomers });
    const trained = { ...early, ...lists, config: { ...early.config, blend } };
    return { trained, backend, numSteps, trainSeconds: (performance.now() - startedMs) / 1000 };
  } finally {
    network.dispose();
  }
}

interface Lists {
  readonly neighbors: Neighbors;
  readonly popularity: Popularity;
}

function measureLists(
  baskets: readonly Basket[],
  { numItems, minCustomers }: { readonly numItems: number; readonly minCustomers: number },
): Lists {
  return {
    neighbors: findNeighbors(baskets, { numItems, minCustomers }),
    popularity: measurePopularity(baskets, { counts: countItems(baskets, numItems), minCustomers }),
  };
}

/** The network as a model that ranks by the encoder alone; search words and update groups come last. */
async function modelWithoutSearch(
  network: Network,
  { numItems, lists }: { readonly numItems: number; readonly lists: Lists },
): Promise<TrainedModel> {
  const { dim, numHeads, hiddenDim, maxEvents } = CONFIG;
  return {
    config: { numItems, dim, numHeads, hiddenDim, maxEvents, numGroups: 1, blend: ENCODER_ALONE },
    itemVectors: await network.readItemVectors(),
    encoder: await network.readEncoder(),
    ...lists,
    words: [],
    wordVectors: new Float32Array(),
    groups: new Uint16Array(numItems),
  };
}

/** What follows from the finished item vectors: update groups and the word table. */
function learnedTables(
  { items }: Dataset,
  { config, itemVectors }: TrainedModel,
  { counts, random }: { readonly counts: ItemCounts; readonly random: Random },
) {
  const { dim } = config;
  const grouping = { dim, orders: counts.orders, maxGroups: CONFIG.maxGroups, random };
  const { groups, numGroups } = groupItems(itemVectors, grouping);
  const { words, vectors: wordVectors } = distillWords(items, itemVectors, dim);
  return { config: { ...config, numGroups }, groups, words, wordVectors };
}

async function ndcgOf(
  trained: TrainedModel,
  dataset: Dataset,
  cases: readonly TestCase[],
  seed: number,
): Promise<number> {
  if (cases.length === 0) return 0;
  const recommend = await deviceRecommender(shippedModel(trained), dataset.items);
  return (await measureRanking(recommend, cases, seededRandom(seed))).ndcgAt20;
}
