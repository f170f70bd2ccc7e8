import type { BlendWeights } from '#protocol/manifest.ts';
import { type Backend, startBackend } from './backend.ts';
import { type BlendCase, blendCasesOf } from './blend-case.ts';
import { CheckpointFile, nameTraining } from './checkpoint-file.ts';
import { chooseDiversity, type DiversityChoice } from './choose-diversity.ts';
import { chooseHalfLife } from './choose-half-life.ts';
import { chooseHistorySettings, type HistorySettings } from './choose-neighbors.ts';
import { CONFIG } from './config.ts';
import type { Dataset } from './dataset.ts';
import { deviceRecommender, rowLookup } from './device-recommender.ts';
import { withFirstVectors } from './first-vectors.ts';
import { fitBlend } from './fit-blend.ts';
import { type FitModelOptions, fitModel, type ModelInput } from './fit-model.ts';
import type { Checkpoint, Checkpoints, EpochProgress, FitResult, Schedule } from './fit-network.ts';
import { chooseItemEncoding, type ItemEncodingChoice, withCodebooks } from './item-encoding.ts';
import { latestOrders } from './latest-orders.ts';
import { seededRandom } from './seeded-random.ts';
import type { Selection } from './selection.ts';
import { closeSoftmaxThreads } from './softmax-threads.ts';
import { sampleCases } from './test-cases.ts';
import { type TextFeatures, textFeatures } from './text-features.ts';
import { textNeighbors } from './text-neighbors.ts';
import type { TextSource } from './text-source.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';
import { validationNdcg } from './validation-ndcg.ts';
import { visitLogOf } from './visit-log.ts';
import { WordIndex } from './word-index.ts';
import { wordNeighbors } from './word-neighbors.ts';

export interface TrainOptions {
  /** Bounds the encoder's training, both of its times together; everything else takes seconds to minutes. */
  readonly maxMs: number;
  readonly seed: number;
  /** Customers that a pair, an ID delta or a popularity needs to ship. */
  readonly minCustomers: number;
  readonly textCacheFile: string;
  /** An interrupted training goes on from here; gone when it is done. */
  readonly checkpointFile: string;
  readonly onProgress: (progress: TrainProgress) => void;
}

export type TrainProgress =
  | { readonly kind: 'backend'; readonly description: string }
  | { readonly kind: 'resumed'; readonly numPasses: number }
  /** A checkpoint is there and another training's, or damaged. */
  | { readonly kind: 'checkpoint-refused'; readonly path: string }
  | { readonly kind: 'texts'; readonly done: number; readonly total: number }
  | { readonly kind: 'text-source'; readonly source: TextSource }
  | { readonly kind: 'history' }
  | { readonly kind: 'step'; readonly shareOfTime: number }
  | ({ readonly kind: 'epoch' } & EpochProgress)
  | { readonly kind: 'blend' };

export interface TrainResult {
  readonly trained: TrainedModel;
  readonly backend: Backend;
  readonly numSteps: number;
  readonly stepsPerSecond: number;
  readonly trainSeconds: number;
  readonly choices: Choices;
  /** What the blend was fitted on, for ablations. */
  readonly blendCases: readonly BlendCase[];
  /** `[N, textDim]`; empty where no item has a text. */
  readonly textFeatures: Float32Array;
  readonly textSource: TextSource;
}

/** How lists are made and read. */
interface ListChoices {
  readonly history: HistorySettings;
  readonly halfLifeMs: number;
}

/** Everything that was chosen on the validation cases. */
export interface Choices extends ListChoices {
  readonly schedule: Schedule;
  readonly blend: BlendWeights[];
  readonly diversity: DiversityChoice;
  readonly encoding: ItemEncodingChoice;
}

/** What the first training yields. */
interface Selected {
  readonly choices: Choices;
  readonly blendCases: readonly BlendCase[];
  readonly fit: FitResult;
  /** The model itself where the first training already had everything. */
  readonly trained: TrainedModel | undefined;
}

/** What a checkpoint holds: how far which of the two trainings came. */
type SavedTraining = {
  readonly lists: ListChoices;
  readonly checkpoint: Checkpoint;
  /** Since the start, interruptions left out. */
  readonly elapsedMs: number;
} & ({ readonly kind: 'selecting' } | { readonly kind: 'refitting'; readonly selected: Selected });

/** What both trainings share. */
interface Training {
  readonly input: Omit<ModelInput, 'baskets'>;
  /** All orders, and those that the first training knows. */
  readonly baskets: Dataset['baskets'];
  readonly before: Selection['before'];
  readonly cases: Selection['cases'];
  readonly lists: ListChoices;
  readonly options: TrainOptions;
}

/** Repeated by the second training where the first had nothing to train on. */
const DEFAULT_SCHEDULE: Schedule = { steadyPasses: 3, coolingPasses: 1 };
/** Cases asked after every pass. */
const CASES_PER_PASS = 1000;
/** Share of the time for the training that choices are made on; the rest is for the one that ships. */
const SELECTION_TIME = 0.5;

/**
 * Trains a model on a shop's items and orders; without orders, on its texts alone.
 *
 * Two trainings: the first on what lies before the validation cases, on which everything is chosen, from
 * how long to train to the blend's weights; the second, with those choices, on everything, since what is
 * latest says most. Trained on the merchant's own records without noise: what few customers did is
 * suppressed (`minCustomers`), not hidden by differential privacy.
 *
 * @param selection What to choose on; the latest orders if absent.
 * @throws {DivergedError} If the loss is not finite; the last checkpoint stays.
 */
export async function train(
  dataset: Dataset,
  options: TrainOptions,
  selection: Selection = latestOrders(dataset),
): Promise<TrainResult> {
  const startedMs = performance.now();
  const { seed, minCustomers, maxMs, checkpointFile, onProgress } = options;
  const backend = await startBackend();
  onProgress({ kind: 'backend', description: backend.description });
  const { before } = selection;
  const cases = sampleCases(selection.cases, CONFIG.maxValidationCases, seededRandom(seed));
  const { features, source, nearest, words } = await readTexts(dataset, options);
  const file = new CheckpointFile<SavedTraining>(checkpointFile, nameTraining(dataset, { seed, minCustomers, maxMs }));
  const saved = await file.load();
  if (saved) onProgress({ kind: 'resumed', numPasses: saved.checkpoint.numPasses });
  else if (await file.exists()) onProgress({ kind: 'checkpoint-refused', path: file.path });

  const lists = saved?.lists ?? (await chooseLists({ dataset, nearest }, { before, cases }, options));
  const input = { dataset, textFeatures: features, nearest, words };
  const training = { input, baskets: dataset.baskets, before, cases, lists, options };
  const elapsedMs = (): number => (saved?.elapsedMs ?? 0) + performance.now() - startedMs;
  try {
    const selected =
      saved?.kind === 'refitting'
        ? saved.selected
        : await select(training, {
            resume: saved?.checkpoint,
            keep: (checkpoint) => file.save({ kind: 'selecting', lists, checkpoint, elapsedMs: elapsedMs() }),
          });
    const { choices, blendCases } = selected;
    const refitted = selected.trained
      ? undefined
      : await refit(training, choices.schedule, {
          resume: saved?.kind === 'refitting' ? saved.checkpoint : undefined,
          keep: (checkpoint) => file.save({ kind: 'refitting', lists, selected, checkpoint, elapsedMs: elapsedMs() }),
        });
    await file.remove();
    const fits = [selected.fit, refitted?.fit].filter((fit) => fit !== undefined);
    const numSteps = fits.reduce((sum, fit) => sum + fit.numSteps, 0);
    const stepSeconds = fits.reduce((sum, fit) => sum + fit.stepSeconds, 0);
    return {
      trained: asItShips(refitted?.trained ?? (selected.trained as TrainedModel), choices, seed),
      backend,
      numSteps,
      stepsPerSecond: stepSeconds > 0 ? numSteps / stepSeconds : 0,
      trainSeconds: elapsedMs() / 1000,
      choices,
      blendCases,
      textFeatures: features,
      textSource: source,
    };
  } finally {
    await closeSoftmaxThreads();
  }
}

/** The first training, on what lies before the cases, and all that is chosen on them. */
async function select(training: Training, checkpoints: Checkpoints): Promise<Selected> {
  const { input, baskets, before, cases, lists, options } = training;
  const { seed, onProgress } = options;
  const { items } = input.dataset;
  const isAll = before.length === baskets.length;
  const { trained, fit } = await fitModel(
    { ...input, baskets: before },
    {
      ...options,
      ...lists,
      ...partOfTime(options, [0, isAll ? 1 : SELECTION_TIME]),
      plan: { cases: cases.slice(0, CASES_PER_PASS) },
      ...(!isAll && { untilMs: baskets.at(-1)?.atMs ?? 0 }),
      checkpoints,
    },
  );
  onProgress({ kind: 'blend' });
  const blendCases = await blendCasesOf(shippedModel(trained), { items, cases });
  const blend = await fitBlend(blendCases);
  const blended = { ...trained, config: { ...trained.config, blend } };
  const model = shippedModel(blended);
  const diversity = await chooseDiversity(model.items, { recommend: await deviceRecommender(model, items), cases });
  const encoding = await chooseItemEncoding(blended, {
    measureNdcg: (shipped) => validationNdcg(shipped, { items, cases: cases.slice(0, CASES_PER_PASS) }),
    random: seededRandom(seed),
  });
  const schedule = fit.numSteps > 0 ? fit.schedule : DEFAULT_SCHEDULE;
  const choices = { ...lists, schedule, blend, diversity, encoding };
  return { choices, blendCases, fit, trained: isAll ? trained : undefined };
}

/** The second training, on everything, as the first one found best. */
function refit({ input, baskets, lists, options }: Training, plan: Schedule, checkpoints: Checkpoints) {
  return fitModel(
    { ...input, baskets },
    { ...options, ...lists, ...partOfTime(options, [SELECTION_TIME, 1]), plan, checkpoints },
  );
}

function asItShips(trained: TrainedModel, { blend, diversity, encoding }: Choices, seed: number): TrainedModel {
  const itemVectors = withFirstVectors(trained.itemVectors, { dim: trained.config.dim, random: seededRandom(seed) });
  const chosen = { ...trained, itemVectors, config: { ...trained.config, blend, diversity: diversity.diversity } };
  return encoding.encoding === 'codes' ? withCodebooks(chosen, seededRandom(seed)) : chosen;
}

async function readTexts(
  { items }: Dataset,
  { seed, textCacheFile, onProgress }: TrainOptions,
): Promise<TextFeatures & Pick<ModelInput, 'nearest' | 'words'>> {
  const { features, source } = await textFeatures(items, {
    cacheFile: textCacheFile,
    random: seededRandom(seed),
    onProgress: (done) => onProgress({ kind: 'texts', done, total: items.length }),
  });
  onProgress({ kind: 'text-source', source });
  const words = new WordIndex(items);
  const byWords = { words: wordNeighbors(words, items.length) };
  if (source.kind === 'none') return { features: new Float32Array(), source, nearest: byWords, words };
  return { features, source, nearest: { texts: await textNeighbors(features, items.length), ...byWords }, words };
}

async function chooseLists(
  { dataset, nearest }: Pick<ModelInput, 'nearest'> & { readonly dataset: Dataset },
  { before, cases }: Selection,
  { minCustomers, onProgress }: TrainOptions,
): Promise<ListChoices> {
  onProgress({ kind: 'history' });
  const { items } = dataset;
  const numItems = items.length;
  const sources = { log: visitLogOf(before, numItems), ...nearest };
  return {
    history: await chooseHistorySettings(sources, { cases, minCustomers, rowOf: rowLookup(items) }),
    halfLifeMs: chooseHalfLife({ before, cases }, { numItems, minCustomers }),
  };
}

/** One of the two trainings as a part of the whole's time. */
function partOfTime(
  { maxMs, onProgress }: TrainOptions,
  [from, to]: readonly [number, number],
): Pick<FitModelOptions, 'maxMs' | 'onStep' | 'onEpoch'> {
  return {
    maxMs: (to - from) * maxMs,
    onStep: (share) => onProgress({ kind: 'step', shareOfTime: from + share * (to - from) }),
    onEpoch: (epoch) => onProgress({ kind: 'epoch', ...epoch }),
  };
}
