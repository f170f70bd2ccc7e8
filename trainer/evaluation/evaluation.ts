import type { BlendWeights } from '#protocol/manifest.ts';
import type { DiversityChoice } from '#trainer/choose-diversity.ts';
import type { RankingMetric, RankingMetrics } from '#trainer/measure-ranking.ts';
import type { Protocol } from './task.ts';

/** 95 % interval of a mean, by bootstrap over customers or sessions. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
/** A figure with its interval. */
export interface Estimate extends Interval {
  readonly value: number;
}
export type Intervals = Readonly<Record<RankingMetric, Interval>>;

export interface MeasuredRow extends RankingMetrics {
  readonly intervals: Intervals;
}

export const BASELINES = ['popular', 'recentPopular', 'transitions', 'itemKnn', 'sessionKnn'] as const;
export type BaselineName = (typeof BASELINES)[number];
/** Everything that is measured on all cases, in the order of tables and plots. */
export const RECOMMENDERS = ['shipped', ...BASELINES] as const;
export type RecommenderName = (typeof RECOMMENDERS)[number];

/** The shipped model beside another recommender on the same cases, paired. */
export interface Comparison {
  readonly other: BaselineName | 'float';
  readonly metric: RankingMetric;
  /** Shipped minus other. */
  readonly difference: Estimate;
  /** Shipped over other. */
  readonly ratio: Estimate;
}

/** The two figures that breakdowns are told in. */
export type Quality = Pick<RankingMetrics, 'recallAt20' | 'ndcgAt20'>;

/** Items that no order before the cut names, among all that were ordered by the end of the month after it. */
export interface ColdItemFigures {
  readonly numCases: number;
  /** Days, such as 2011-08-01, latest first. */
  readonly cutDates: readonly string[];
  readonly shipped: Quality;
  /** The same without the term for new items. */
  readonly withoutFresh: Quality;
  /** The cosine of texts alone. */
  readonly textOnly: Quality;
}

/** Cases of customers who had not ordered before. */
export interface FirstTimeFigures {
  readonly numCases: number;
  readonly figures: Readonly<Record<RecommenderName, Quality>>;
}

export type BlendTerm = Exclude<keyof BlendWeights, 'maxEvents'>;
/** Which terms of the blend took part. */
export type Ablated =
  | { readonly kind: 'all' }
  | { readonly kind: 'without'; readonly term: BlendTerm }
  | { readonly kind: 'alone'; readonly term: BlendTerm };
export type AblationRow = Ablated & { readonly figures: Quality };

/** How much of the catalog a recommender's lists of 20 show, and how unlike the items in one list are. */
export interface ExposureFigures {
  /** Share of the catalog that is in at least one list. */
  readonly coverage: number;
  /** Of the times that each item is in a list: 0 where all items come up alike, 1 where one alone does. */
  readonly gini: number;
  /** Mean of 1 − cosine over pairs in one list, by the shipped model's item vectors. */
  readonly intraListDistance: number;
}

/** One evaluation's figures, as `--json` writes them. Shares are 0…1. */
export interface Evaluation {
  readonly dataset: string;
  readonly protocol: Protocol;
  readonly excludesSeen: boolean;
  readonly seed: number;
  readonly minCustomers: number;
  readonly numTest: number;
  /** Sessions or customers that the test cases come from: the unit of the intervals. */
  readonly numUnits: number;
  readonly numItems: number;
  readonly trainSeconds: number;
  readonly stepsPerSecond: number;
  readonly backend: string;
  /** The int8 bundle through the device's own code. */
  readonly shipped: MeasuredRow & { readonly bytes: number };
  /** The same model before quantization. */
  readonly float: RankingMetrics;
  readonly baselines: Readonly<Record<BaselineName, MeasuredRow & { readonly parameters: string }>>;
  readonly comparisons?: readonly Comparison[];
  readonly coldItems?: ColdItemFigures;
  readonly firstTime?: FirstTimeFigures;
  readonly ablation?: readonly AblationRow[];
  /** Where the text features come from, in a phrase. */
  readonly textSource?: string;
  /** What was fitted on the selection, as the manifest ships it. */
  readonly blend?: readonly BlendWeights[];
  /** How far lists are kept varied, as the manifest ships it, and what that choice was made from. */
  readonly diversity?: DiversityChoice;
  readonly exposure?: Readonly<Record<RecommenderName, ExposureFigures>>;
}
