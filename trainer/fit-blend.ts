import { SCORE_TERMS, type ScoreTerm } from '#model/score-items.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { type BlendCase, meanNdcg, spreadOf } from './blend-case.ts';
import { coordinateSearch } from './coordinate-search.ts';

/** Where the blend may change: short profiles say little to the encoder. */
const BUCKET_ENDS = [3, 12, null] as const;
/** A bucket with fewer cases takes the weights fitted on all. */
const MIN_BUCKET_CASES = 400;
const MAX_ROUNDS = 4;
/** With fewer cases than this the weights stay where the search starts. */
const MIN_CASES = 30;
/** What `fresh` then has; the search itself leaves it out. */
const START_FRESH = 0.12;

/** Weights to try, in units of each term's spread; what was had in this visit may speak against an item. */
const STEPS = [0, 0.06, 0.12, 0.25, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8];
const STEPS_OF_SEEN = [-100, -1, -0.25, ...STEPS];
/** Finer: it is taken as far as it may go. */
const STEPS_OF_FRESH = [0, 0.06, 0.09, 0.12, 0.18, 0.25, 0.35, 0.5, 0.7, 1, 1.4, 2];

/**
 * What is new is shown as much as this share of the best NDCG@20 allows: no log before it can hold that
 * anyone wanted it.
 */
const KEPT_SHARE = 0.99;

type Weights = Readonly<Record<ScoreTerm, number>>;

/** Without a case nothing is known of the terms: text decides, popularity breaks ties. */
const COLD_WEIGHTS: Weights = { sequence: 0, neighbors: 0, text: 1, popularity: 0.1, seen: 0, again: 0, fresh: 0 };

/** The cases of one bucket and the weights found for it, in spreads. */
interface Bucket {
  readonly maxEvents: number | null;
  readonly cases: readonly BlendCase[];
  readonly weights: Weights;
}

/**
 * Fits the blend's weights by coordinate search for NDCG@20 on validation cases, for each bucket of
 * profile lengths; that of `fresh`, one for all, comes last.
 *
 * @param cases Below 30 give the weights that the search starts with, none text alone, popularity breaking ties.
 * @param terms Terms that may take part: all but in an ablation.
 */
export async function fitBlend(
  cases: readonly BlendCase[],
  terms: readonly ScoreTerm[] = SCORE_TERMS,
): Promise<BlendWeights[]> {
  if (cases.length === 0) return [{ maxEvents: null, ...COLD_WEIGHTS }];
  const spreads = Object.fromEntries(SCORE_TERMS.map((term) => [term, spreadOf(cases, term)])) as Weights;
  const start = startWeights(terms);
  const areEnough = cases.length >= MIN_CASES;
  const overall = areEnough ? await search(cases, { start, terms, spreads }) : start;
  let lower = 0;
  const buckets: Bucket[] = [];
  for (const maxEvents of BUCKET_ENDS) {
    const upper = maxEvents ?? Number.POSITIVE_INFINITY;
    const bucket = cases.filter(({ numEvents }) => numEvents > lower && numEvents <= upper);
    lower = upper;
    const found = bucket.length < MIN_BUCKET_CASES ? overall : await search(bucket, { start: overall, terms, spreads });
    buckets.push({ maxEvents, cases: bucket, weights: found });
  }
  const mayBeFresh = areEnough ? largestFresh(buckets, spreads) : START_FRESH;
  const fresh = terms.includes('fresh') ? mayBeFresh : 0;
  return buckets.map(({ maxEvents, weights }) => ({ maxEvents, ...inTermUnits({ ...weights, fresh }, spreads) }));
}

function startWeights(terms: readonly ScoreTerm[]): Weights {
  const start = { sequence: 1, neighbors: 1, text: 0.12, popularity: 0.12, seen: 0.12, again: 0.5, fresh: 0 };
  return Object.fromEntries(SCORE_TERMS.map((term) => [term, terms.includes(term) ? start[term] : 0])) as Weights;
}

async function search(
  cases: readonly BlendCase[],
  {
    start,
    terms,
    spreads,
  }: { readonly start: Weights; readonly terms: readonly ScoreTerm[]; readonly spreads: Weights },
): Promise<Weights> {
  const stepsOf = (term: ScoreTerm): readonly number[] => {
    if (!terms.includes(term) || term === 'fresh') return [0];
    return term === 'seen' ? STEPS_OF_SEEN : STEPS;
  };
  const grid = Object.fromEntries(SCORE_TERMS.map((term) => [term, stepsOf(term)])) as Record<ScoreTerm, number[]>;
  const measure = async (weights: Weights): Promise<number> => ndcgUnder(weights, cases, spreads);
  return (await coordinateSearch(start, grid, { measure, maxRounds: MAX_ROUNDS })).best;
}

/** The largest weight of `fresh` that keeps {@link KEPT_SHARE} over all buckets: single ones have few cases. */
function largestFresh(buckets: readonly Bucket[], spreads: Weights): number {
  const sums = STEPS_OF_FRESH.map((fresh) =>
    buckets.reduce(
      (sum, { cases, weights }) => sum + cases.length * ndcgUnder({ ...weights, fresh }, cases, spreads),
      0,
    ),
  );
  const least = KEPT_SHARE * Math.max(...sums);
  return STEPS_OF_FRESH[sums.findLastIndex((sum) => sum >= least)] as number;
}

function ndcgUnder(weights: Weights, cases: readonly BlendCase[], spreads: Weights): number {
  if (cases.length === 0) return 0;
  const inUnits = inTermUnits(weights, spreads);
  return meanNdcg(
    cases,
    SCORE_TERMS.map((term) => inUnits[term]),
  );
}

/** Counted in spreads → as they ship. A term that tells nothing apart weighs nothing. */
function inTermUnits(weights: Weights, spreads: Weights): Weights {
  return Object.fromEntries(
    SCORE_TERMS.map((term) => [term, spreads[term] > 0 ? rounded(weights[term] / spreads[term]) : 0]),
  ) as Weights;
}

/** Four digits: the steps of the search are far coarser, and people read manifests. */
function rounded(weight: number): number {
  return Number(weight.toPrecision(4));
}
