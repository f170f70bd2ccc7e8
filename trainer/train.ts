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
import { fitBlend } from './fit-blend.ts';
import { type FitModelOptions, fitModel, type ModelInput } from './fit-model.ts';
import type { Checkpoint, EpochProgress, FitResult, Schedule } from './fit-network.ts';
import { chooseItemEncoding, type ItemEncodingChoice, withCodebooks } from './item-encoding.ts';
import { latestOrders } from './latest-orders.ts';
import { seededRandom } from './seeded-random.ts';
import type { Selection } from './selection.ts';
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

/** What a checkpoint holds: how far the training came, and in which of the two. */
interface SavedTraining {
  readonly lists: ListChoices;
  readonly selected?: Selected;
  readonly checkpoint?: Checkpoint;
}

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
  const { seed, minCustomers, maxMs, onProgress } = options;
  const backend = await startBackend();
  onProgress({ kind: 'backend', description: backend.description });
  const { before } = selection;
  const cases = sampleCases(selection.cases, CONFIG.maxValidationCases, seededRandom(seed));
  const { features, source, nearest, words } = await readTexts(dataset, options);
  const file = new CheckpointFile<SavedTraining>(
    options.checkpointFile,
    nameTraining(dataset, { seed, minCustomers, maxMs }),
  );
  const saved = await file.load();
  if (saved?.checkpoint) onProgress({ kind: 'resumed', numPasses: saved.checkpoint.numPasses });

  const lists = saved?.lists ?? (await chooseLists({ dataset, nearest }, { before, cases }, options));
  const isAll = before.length === dataset.baskets.length;
  const shared = { ...options, ...lists };
  const select = async (): Promise<Selected> => {
    const { trained, fit } = await fitModel(
      { dataset, baskets: before, textFeatures: features, nearest, words },
      {
        ...shared,
        ...partOfTime(options, [0, isAll ? 1 : SELECTION_TIME]),
        plan: { cases: cases.slice(0, CASES_PER_PASS) },
        ...(!isAll && { untilMs: dataset.baskets.at(-1)?.atMs ?? 0 }),
        checkpoints: { resume: saved?.checkpoint, keep: (checkpoint) => file.save({ lists, checkpoint }) },
      },
    );
    onProgress({ kind: 'blend' });
    const { items } = dataset;
    const blendCases = await blendCasesOf(shippedModel(trained), { items, cases });
    const blend = await fitBlend(blendCases);
    const blended = { ...trained, config: { ...trained.config, blend } };
    const model = shippedModel(blended);
    const diversity = await chooseDiversity(model, { recommend: await deviceRecommender(model, items), cases });
    const encoding = await chooseItemEncoding(blended, {
      measureNdcg: (shipped) => validationNdcg(shipped, { items, cases: cases.slice(0, CASES_PER_PASS) }),
      random: seededRandom(seed),
    });
    const choices = { ...lists, schedule: fit.schedule, blend, diversity, encoding };
    return { choices, blendCases, fit, trained: isAll ? trained : undefined };
  };
  const selected = saved?.selected ?? (await select());
  const { choices, blendCases } = selected;
  const refit = () =>
    fitModel(
      { dataset, baskets: dataset.baskets, textFeatures: features, nearest, words },
      {
        ...shared,
        ...partOfTime(options, [SELECTION_TIME, 1]),
        plan: choices.schedule,
        checkpoints: {
          resume: saved?.selected && saved.checkpoint,
          keep: (checkpoint) => file.save({ lists, selected, checkpoint }),
        },
      },
    );
  const final = selected.trained ? { trained: selected.trained, fit: undefined } : await refit();
  await file.remove();

  const fits = [selected.fit, final.fit].filter((fit) => fit !== undefined);
  const numSteps = fits.reduce((sum, fit) => sum + fit.numSteps, 0);
  const stepSeconds = fits.reduce((sum, fit) => sum + fit.stepSeconds, 0);
  const config = { ...final.trained.config, blend: choices.blend, diversity: choices.diversity.diversity };
  const trained = { ...final.trained, config };
  return {
    trained: choices.encoding.encoding === 'codes' ? withCodebooks(trained, seededRandom(seed)) : trained,
    backend,
    numSteps,
    stepsPerSecond: stepSeconds > 0 ? numSteps / stepSeconds : 0,
    trainSeconds: (performance.now() - startedMs) / 1000,
    choices,
    blendCases,
    textFeatures: features,
    textSource: source,
  };
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
