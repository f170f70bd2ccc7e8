import type { HistorySettings } from './choose-neighbors.ts';
import { CONFIG } from './config.ts';
import { cooccurrenceVectors } from './cooccurrence-vectors.ts';
import type { Basket, Dataset } from './dataset.ts';
import { encoderAlone } from './encoder-alone.ts';
import { type Checkpoints, type EpochProgress, type FitResult, fitNetwork, type Schedule } from './fit-network.ts';
import { countItems, measurePopularity } from './item-counts.ts';
import { itemGraph } from './item-graph.ts';
import { groupItems } from './item-groups.ts';
import { createNegativeSampler } from './negative-sampler.ts';
import { findNeighbors, type NeighborSources } from './neighbor-lists.ts';
import { Network } from './network.ts';
import { withNewNeighbors } from './new-neighbors.ts';
import { measureNewness } from './newness.ts';
import { splitRareWords } from './rare-words.ts';
import { seededRandom } from './seeded-random.ts';
import { customerSequences, cutWindows } from './sequences.ts';
import type { TestCase } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';
import { validationNdcg } from './validation-ndcg.ts';
import { visitLogOf } from './visit-log.ts';
import type { WordIndex } from './word-index.ts';
import { distillWords } from './word-vectors.ts';

/** What a model is fitted on. */
export interface ModelInput {
  readonly dataset: Pick<Dataset, 'items' | 'eventKind'>;
  /** By time. */
  readonly baskets: readonly Basket[];
  /** `[N, textDim]`. */
  readonly textFeatures: Float32Array;
  readonly nearest: Omit<NeighborSources, 'log'>;
  readonly words: WordIndex;
}

export interface FitModelOptions {
  readonly maxMs: number;
  readonly seed: number;
  readonly minCustomers: number;
  readonly history: HistorySettings;
  readonly halfLifeMs: number;
  /** Items that come into the shop later have no part in what is judged now. */
  readonly untilMs?: number;
  /** A schedule to repeat, or cases to find one on. */
  readonly plan: Schedule | { readonly cases: readonly TestCase[] };
  readonly checkpoints: Checkpoints;
  readonly onStep: (shareOfTime: number) => void;
  readonly onEpoch: (progress: EpochProgress) => void;
}

/** Nothing to train on. */
const NO_TRAINING: FitResult = { schedule: { steadyPasses: 0, coolingPasses: 0 }, numSteps: 0, stepSeconds: 0 };

/**
 * Fits every part of a model but the blend's weights.
 *
 * @returns A model that ranks by its encoder alone.
 * @throws {DivergedError} If the loss is not finite.
 */
export async function fitModel(
  input: ModelInput,
  options: FitModelOptions,
): Promise<{ readonly trained: TrainedModel; readonly fit: FitResult }> {
  const { items, eventKind } = input.dataset;
  const { seed, minCustomers, plan } = options;
  const counts = countItems(input.baskets, items.length);
  const mayHaveDelta = Array.from(counts.customers, (n) => n >= minCustomers);
  const random = seededRandom(seed);
  const lists = { ...measureLists(input, options), blend: encoderAlone(items, 'cases' in plan ? plan.cases : []) };
  const network = new Network(
    { ...CONFIG, numItems: items.length, textDim: input.textFeatures.length / items.length },
    {
      textFeatures: input.textFeatures,
      mayHaveDelta,
      graph: itemGraph(lists.neighbors),
      firstVectors: cooccurrenceVectors(lists.neighbors, { counts: counts.orders, dim: CONFIG.dim, random }),
      random,
    },
  );
  const validate = async (cases: readonly TestCase[]): Promise<number> =>
    validationNdcg(shippedModel(await modelOf(network, lists)), { items, cases });
  try {
    const windows = cutWindows(customerSequences(input.baskets), CONFIG.maxEvents);
    const fit =
      windows.length === 0
        ? NO_TRAINING
        : await fitNetwork(
            network,
            windows,
            {
              ...options,
              sampler: createNegativeSampler(counts.orders, CONFIG.negativePower),
              dropout: CONFIG.dropout,
              recency: options.history.recency,
              viewShare: eventKind === 'view' ? 1 : CONFIG.viewShare,
              plan: 'cases' in plan ? { validate: () => validate(plan.cases) } : plan,
            },
            options.checkpoints,
          );
    const model = await modelOf(network, lists);
    const { dim } = model.config;
    const orders = counts.orders.map((count, row) => (mayHaveDelta[row] ? count : 0));
    const grouping = { dim, orders, maxGroups: CONFIG.maxGroups, random };
    const { groups, numGroups } = groupItems(model.itemVectors, grouping);
    const words = splitRareWords(distillWords(items, model.itemVectors, dim), items, dim);
    const { newness } = lists.popularity;
    const neighbors = withNewNeighbors(lists.neighbors, { vectors: model.itemVectors, newness, words: input.words });
    const config = { ...model.config, numGroups };
    return { trained: { ...model, config, neighbors, groups, ...words }, fit };
  } finally {
    network.dispose();
  }
}

type Lists = Pick<TrainedModel, 'neighbors' | 'popularity'> & Pick<TrainedModel['config'], 'recall'>;
type Judged = Lists & Pick<TrainedModel['config'], 'blend'>;

function measureLists(
  { dataset, baskets, nearest }: ModelInput,
  { history, minCustomers, halfLifeMs, untilMs }: FitModelOptions,
): Lists {
  const { items } = dataset;
  const numItems = items.length;
  const { eventDecay, visitDecay, earlier, likeness } = history;
  const counts = countItems(baskets, numItems);
  const nowMs = baskets.at(-1)?.atMs ?? 0;
  return {
    neighbors: findNeighbors({ log: visitLogOf(baskets, numItems), ...nearest }, { minCustomers, settings: history }),
    popularity: {
      ...measurePopularity(baskets, { counts, minCustomers, halfLifeMs }),
      newness: measureNewness(items, { customers: counts.customers, minCustomers, nowMs, untilMs }),
    },
    recall: { eventDecay, visitDecay, earlier, likeness },
  };
}

/** The network as a model; search words and update groups come last. */
async function modelOf(network: Network, { recall, blend, ...lists }: Judged): Promise<TrainedModel> {
  const { numItems, dim, numHeads, hiddenDim, maxEvents } = network.shape;
  return {
    config: { numItems, dim, numHeads, hiddenDim, maxEvents, numGroups: 1, blend, recall },
    itemVectors: await network.readItemVectors(),
    encoder: await network.readEncoder(),
    ...lists,
    words: [],
    wordVectors: new Float32Array(),
    rareWords: new Map(),
    groups: new Uint16Array(numItems),
  };
}
