import type { Evaluation, RecommenderName } from './evaluation.ts';
import type { SegmentExposure } from './exposure.ts';
import type { SegmentQuality } from './quality-by-segment.ts';

/** Quality in parts of the test, such as histories of one length: the same parts for every recommender. */
export type Breakdown = Readonly<Record<RecommenderName, readonly SegmentQuality[]>>;

/** What the shipped model's lists show of each segment of the catalog, beside what the shop sells of it. */
export interface FairnessTable {
  /** What divides the catalog, such as `price`. */
  readonly by: string;
  readonly segments: readonly SegmentExposure[];
}

export interface LatencyFigures {
  /** Milliseconds an answer, `[cases]`. Not modified. */
  readonly answersMs: ArrayLike<number>;
  /** Processor and Node's version. */
  readonly machine: string;
}

/** Everything in a report. An absent or empty part leaves no trace of its section. */
export interface ReportData {
  readonly evaluation: Evaluation;
  /** Day of the evaluation, such as 2011-08-01. */
  readonly madeOn: string;
  /** As a person would type it again. */
  readonly command: string;
  readonly configuration: readonly (readonly [name: string, value: string | number | boolean])[];
  readonly byHistoryLength?: Breakdown;
  /** By what the target had sold, least first. */
  readonly byPopularityDecile?: Breakdown;
  readonly fairness?: readonly FairnessTable[];
  readonly latency?: LatencyFigures;
}
