import { buildBundle } from '#trainer/bundle.ts';
import { deviceRecommender, rowLookup } from '#trainer/device-recommender.ts';
import { diverseRecommender } from '#trainer/diverse-recommender.ts';
import { floatModel } from '#trainer/float-model.ts';
import { type Measurement, measureRanking, type Recommender } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { sampleCases } from '#trainer/test-cases.ts';
import { describeSource } from '#trainer/text-source.ts';
import { type TrainOptions, type TrainResult, train } from '#trainer/train.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import { ablate } from './ablation.ts';
import { compare, intervalsOf, type Resampled, resampleMetrics, unitsOf } from './bootstrap.ts';
import { coldItemFigures } from './cold-items.ts';
import {
  BASELINES,
  type BaselineName,
  type ColdItemFigures,
  type Comparison,
  type Evaluation,
  type RecommenderName,
} from './evaluation.ts';
import { exposureOf } from './exposure-figures.ts';
import { firstTimeFigures } from './first-time.ts';
import type { EvaluationTask } from './task.ts';
import { tunedBaselines } from './tuned-baselines.ts';
import { withoutSeen } from './without-seen.ts';

/** What an evaluation measured: its figures, and the answers they were taken from. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly measurements: Readonly<Record<RecommenderName, Measurement>>;
  readonly result: TrainResult;
}

/** Each model for cold items is trained for this share of the time. */
const COLD_TIME = 0.25;
/** An ablation asks at most this many of the test cases, a seeded choice. */
const MAX_ABLATION_CASES = 3000;

/**
 * Trains on what a task knows and asks the shipped model and the baselines its test cases.
 *
 * The model is measured as it ships: int8, parsed from the bundle's bytes, through the device's own code.
 */
export async function evaluate(
  task: EvaluationTask,
  options: TrainOptions,
  note: (line: string) => void,
): Promise<Evaluated> {
  const { known, cases, excludesSeen } = task;
  const { seed } = options;
  const result = await train(known, options, task.selection);
  const { trained } = result;
  const rowOf = rowLookup(known.items);
  const ask = (recommend: Recommender): Promise<Measurement> =>
    measureRanking(excludesSeen ? withoutSeen(recommend, rowOf) : recommend, cases, seededRandom(seed));

  note('Measuring the shipped model');
  const model = shippedModel(trained);
  const blended = await deviceRecommender(model, known.items);
  const shipped = await ask(diverseRecommender(blended, model.items, model.config.diversity ?? 0));
  note('Measuring the model before quantization');
  const before = floatModel(trained);
  const unrounded = await deviceRecommender(before.model, known.items, before.scoreAll);
  const float = await ask(diverseRecommender(unrounded, before.model.items, model.config.diversity ?? 0));
  note('Measuring the baselines');
  const tuned = await tunedBaselines({ known, selection: task.selection, excludesSeen, random: seededRandom(seed) });
  const measurements = { shipped } as Record<RecommenderName, Measurement>;
  for (const name of BASELINES) measurements[name] = await ask(tuned[name].recommend);
  note('Measuring each term');
  const ablation = await ablate(model, {
    items: known.items,
    blendCases: result.blendCases,
    cases: sampleCases(cases, MAX_ABLATION_CASES, seededRandom(seed)),
    excludesSeen,
    seed,
  });

  const coldItems = await coldFigures(task, options, note);

  const units = unitsOf(cases);
  const resampled = resampleMetrics({ ...measurements, float }, { units, seed });
  const rowFor = (name: RecommenderName) => ({ ...resampled[name].metrics, intervals: intervalsOf(resampled[name]) });
  const firstTime = firstTimeFigures(task, measurements);
  const evaluation: Evaluation = {
    dataset: task.dataset,
    protocol: task.protocol,
    excludesSeen,
    seed,
    minCustomers: options.minCustomers,
    numTest: cases.length,
    numUnits: units.numUnits,
    numItems: known.items.length,
    trainSeconds: result.trainSeconds,
    stepsPerSecond: result.stepsPerSecond,
    backend: result.backend.description,
    shipped: { bytes: await bundleBytes(trained, task), ...rowFor('shipped') },
    float: resampled.float.metrics,
    baselines: Object.fromEntries(
      BASELINES.map((name) => [name, { ...rowFor(name), parameters: tuned[name].parameters }]),
    ) as Evaluation['baselines'],
    comparisons: comparisons(resampled),
    ablation,
    textSource: describeSource(result.textSource),
    blend: trained.config.blend,
    diversity: result.choices.diversity,
    exposure: exposureOf(measurements, model.items),
    ...(coldItems && { coldItems }),
    ...(firstTime && { firstTime }),
  };
  return { evaluation, measurements, result };
}

/** Only with texts is there anything to know of a cold item. */
async function coldFigures(
  { timeline }: EvaluationTask,
  options: TrainOptions,
  note: (line: string) => void,
): Promise<ColdItemFigures | undefined> {
  if (timeline === undefined) return undefined;
  note('Training on earlier cuts, for items that are new after them');
  return coldItemFigures(timeline.dataset, timeline.testFromMs, {
    ...options,
    maxMs: options.maxMs * COLD_TIME,
    checkpointFile: `${options.checkpointFile}.cold`,
  });
}

/** The shipped model beside the best baseline and beside itself before quantization. */
function comparisons(resampled: Readonly<Record<RecommenderName | 'float', Resampled>>): Comparison[] {
  const best = BASELINES.reduce((a, b) => (resampled[b].metrics.ndcgAt20 > resampled[a].metrics.ndcgAt20 ? b : a));
  const beside = (other: BaselineName | 'float'): Comparison[] =>
    (['recallAt20', 'ndcgAt20', 'mrrAt20'] as const).map((metric) => ({
      other,
      metric,
      ...compare(resampled.shipped, resampled[other], metric),
    }));
  return [...beside(best), ...beside('float')];
}

async function bundleBytes(trained: TrainedModel, { known }: EvaluationTask): Promise<number> {
  const { manifest } = await buildBundle(trained, {
    items: known.items,
    shop: 'evaluation' as never,
    sequence: 1,
    nowMs: 0,
  });
  return manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}
