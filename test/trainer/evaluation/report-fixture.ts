import {
  BASELINES,
  type Evaluation,
  type Quality,
  RECOMMENDERS,
  type RecommenderName,
} from '#trainer/evaluation/evaluation.ts';
import type { Breakdown, FairnessTable, ReportData } from '#trainer/evaluation/report-data.ts';
import { RANKING_METRICS, type RankingMetric, type RankingMetrics } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

// Made-up figures of a plausible size: for reading a table or a page, nothing was measured.

const RECALL: Readonly<Record<RecommenderName, number>> = {
  shipped: 0.5532,
  popular: 0.0089,
  recentPopular: 0.0214,
  transitions: 0.4127,
  itemKnn: 0.4691,
  sessionKnn: 0.5216,
};
const SHARE_OF_RECALL: Readonly<Record<RankingMetric, number>> = {
  recallAt10: 0.74,
  recallAt20: 1,
  ndcgAt10: 0.45,
  ndcgAt20: 0.52,
  mrrAt10: 0.36,
  mrrAt20: 0.38,
};

const DECILES = ['1 (least sold)', '2', '3', '4', '5', '6', '7', '8', '9', '10 (most sold)'];

function perMetric<Value>(make: (metric: RankingMetric) => Value): Record<RankingMetric, Value> {
  return Object.fromEntries(RANKING_METRICS.map((metric) => [metric, make(metric)])) as Record<RankingMetric, Value>;
}

function perRecommender<Value>(make: (name: RecommenderName) => Value): Record<RecommenderName, Value> {
  return Object.fromEntries(RECOMMENDERS.map((name) => [name, make(name)])) as Record<RecommenderName, Value>;
}

function metricsOf(recall: number): RankingMetrics {
  return perMetric((metric) => recall * SHARE_OF_RECALL[metric]);
}

function measured(recall: number) {
  const metrics = metricsOf(recall);
  return {
    ...metrics,
    intervals: perMetric((metric) => ({ low: metrics[metric] * 0.991, high: metrics[metric] * 1.0105 })),
  };
}

function qualityOf(recall: number): Quality {
  return { recallAt20: recall, ndcgAt20: recall * 0.52 };
}

/** Every required field, and no optional one. */
export function makeEvaluation(changes: Partial<Evaluation> = {}): Evaluation {
  const parameters = {
    popular: '',
    recentPopular: 'last 7 days',
    transitions: 'steps 3, weight 1/distance',
    itemKnn: 'lift 20, alpha 0.5, half-life 90 days',
    sessionKnn: 'V-SkNN, k 500 of 5,000 recent, quadratic position weights',
  };
  return {
    dataset: 'sessions-diginetica',
    protocol: 'sessions',
    excludesSeen: false,
    seed: 42,
    minCustomers: 5,
    numTest: 60858,
    numUnits: 15979,
    numItems: 43097,
    trainSeconds: 1384.4,
    stepsPerSecond: 48.25,
    backend: 'WebAssembly SIMD, 2 threads',
    shipped: { ...measured(RECALL.shipped), bytes: 4_316_420 },
    float: metricsOf(0.5541),
    baselines: Object.fromEntries(
      BASELINES.map((name) => [name, { ...measured(RECALL[name]), parameters: parameters[name] }]),
    ) as unknown as Evaluation['baselines'],
    ...changes,
  };
}

/** Every optional field. */
export function makeFullEvaluation(): Evaluation {
  return makeEvaluation({
    comparisons: [
      {
        other: 'sessionKnn',
        metric: 'recallAt20',
        difference: { value: 0.0316, low: 0.0281, high: 0.0352 },
        ratio: { value: 1.0606, low: 1.0532, high: 1.0684 },
      },
      {
        other: 'float',
        metric: 'ndcgAt20',
        difference: { value: -0.0009, low: -0.0014, high: 0.0003 },
        ratio: { value: 0.9984, low: 0.9971, high: 1.0006 },
      },
    ],
    coldItems: {
      numCases: 1834,
      cutDates: ['2016-04-01', '2016-05-01'],
      shipped: qualityOf(0.1123),
      withoutFresh: qualityOf(0.0312),
      textOnly: qualityOf(0.1417),
    },
    firstTime: { numCases: 2391, figures: perRecommender((name) => qualityOf(RECALL[name] * 0.8)) },
    ablation: [
      { kind: 'all', figures: qualityOf(0.5532) },
      ...(['sequence', 'neighbors', 'text', 'popularity'] as const).flatMap((term, index) => [
        { kind: 'without' as const, term, figures: qualityOf(0.45 + 0.03 * index) },
        { kind: 'alone' as const, term, figures: qualityOf(0.47 - 0.13 * index) },
      ]),
    ],
    textSource: 'Universal Sentence Encoder lite, 512 to 128 axes, of 43,097 titles',
    blend: [
      { maxEvents: 1, sequence: 1, neighbors: 8, text: 0.25, popularity: 0.5, seen: 0.5, again: 2, fresh: 0.3 },
      { maxEvents: 12, sequence: 1, neighbors: 4, text: 0.25, popularity: 0.25, seen: 0.5, again: 2, fresh: 0.3 },
      { maxEvents: null, sequence: 1, neighbors: 2, text: 0, popularity: 0.25, seen: 0.5, again: 2, fresh: 0.3 },
    ],
    diversity: {
      diversity: 0.2,
      trials: [0, 0.1, 0.2, 0.3].map((diversity) => ({
        diversity,
        ndcgAt20: 0.2913 - 0.031 * diversity ** 2,
        intraListDistance: 0.412 + 0.3 * diversity,
        coverage: 0.1734 + 0.05 * diversity,
      })),
    },
    exposure: perRecommender((name) => {
      const place = RECOMMENDERS.indexOf(name);
      return {
        coverage: [0.8712, 0.0005, 0.0009, 0.7215, 0.8019, 0.7894][place] ?? 0,
        gini: [0.6104, 0.9991, 0.9987, 0.7312, 0.6893, 0.7045][place] ?? 0,
        intraListDistance: 0.34 + 0.02 * place,
      };
    }),
  });
}

/** Every part of a report. */
export function makeReportData(changes: Partial<ReportData> = {}): ReportData {
  return {
    evaluation: makeFullEvaluation(),
    madeOn: '2026-03-14',
    command: 'vitrine evaluate --data sessions-diginetica --protocol sessions --seed 42 --report report.html',
    configuration: [
      ['dim', 64],
      ['batchSize', 256],
      ['learningRate', 0.002],
      ['deltaDropout', 0.2],
    ],
    byHistoryLength: breakdown(['1', '2', '3', '4–5', '6–10', '11+'], (segment) => 1 + 0.12 * Math.sin(segment * 0.9)),
    byPopularityDecile: breakdown(DECILES, (decile, name) =>
      name.toLowerCase().includes('popular') ? Math.max(0, decile - 8) * 9 : 0.45 + 0.065 * decile,
    ),
    fairness: [
      fairnessTable('price', ['cheapest fifth', 'second fifth', 'middle fifth', 'fourth fifth', 'dearest fifth']),
      fairnessTable('brand', ['Acme', 'Globex', 'Initech', 'Wayne Household & Garden', 'other brands', 'no brand']),
      fairnessTable('popularity', DECILES),
    ],
    latency: { answersMs: latencies(4000), machine: 'AMD EPYC 7763, 2 cores, Node 24.21.0' },
    ...changes,
  };
}

function breakdown(labels: readonly string[], factorOf: (segment: number, name: RecommenderName) => number): Breakdown {
  return perRecommender((name) =>
    labels.map((label, segment) => ({
      label,
      count: Math.round(21000 / (1 + segment)),
      quality: qualityOf(RECALL[name] * factorOf(segment + RECOMMENDERS.indexOf(name) * 0.2, name)),
    })),
  );
}

function fairnessTable(by: string, labels: readonly string[]): FairnessTable {
  const random = seededRandom(labels.length + 77);
  const sharesOf = (spread: number): number[] => {
    const weights = labels.map(
      (_, index) => (1 + (labels === DECILES ? 9 - index : index)) ** -spread * (0.7 + 0.6 * random()),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
  const sales = sharesOf(1.4);
  const exposure = sharesOf(1.1);
  return {
    by,
    segments: labels.map((label, index) => {
      const [shareOfSales = 0, shareOfExposure = 0] = [sales[index], exposure[index]];
      return { label, numItems: 4310, shareOfSales, shareOfExposure, ratio: shareOfExposure / shareOfSales };
    }),
  };
}

function latencies(count: number): Float32Array {
  const random = seededRandom(91);
  return Float32Array.from(
    { length: count },
    () => 1.15 + 0.35 * -Math.log(1 - random()) + (random() < 0.004 ? 22 : 0),
  );
}
