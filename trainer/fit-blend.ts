import { ndcgAt } from '#model/metrics.ts';
import type { Model } from '#model/model.ts';
import { buildProfile } from '#model/profile.ts';
import { type RawTerms, rawTerms } from '#model/score-items.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import { topRows } from '#model/top-rows.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { rowLookup } from './device-recommender.ts';
import type { TestCase } from './test-cases.ts';

/** Where the blend may change: short profiles say little to the encoder. */
const BUCKET_ENDS = [3, 12, null] as const;
/** A bucket with fewer cases takes the weights fitted on all. */
const MIN_BUCKET_CASES = 40;
/** Keeps the fit's memory under about 100 MB: four float32 an item and case. */
const MAX_TERM_VALUES = 25_000_000;
const CUTOFF = 20;
/** Weights tried for one term while the others stay. */
const GRID = [0, 0.25, 0.5, 1, 2, 4, 8, 16];
const ROUNDS = 2;

/** Without orders nothing can be fitted: text decides, popularity breaks ties. */
const COLD_BLEND: BlendWeights[] = [{ maxEvents: null, sequence: 0, neighbors: 0, text: 1, popularity: 0.1 }];

interface FittingCase {
  readonly terms: RawTerms;
  readonly targets: readonly number[];
  readonly numEvents: number;
}

type Weights = Omit<BlendWeights, 'maxEvents'>;

/**
 * Fits the blend's weights by coordinate search for NDCG@20 on validation cases, for each bucket of
 * profile lengths.
 *
 * @param model Its blend is not read.
 * @param cases May be few; none gives {@link COLD_BLEND}.
 */
export async function fitBlend(
  model: Model,
  { items, cases }: { readonly items: readonly CatalogItem[]; readonly cases: readonly TestCase[] },
): Promise<BlendWeights[]> {
  const maxCases = Math.floor(MAX_TERM_VALUES / (4 * model.config.numItems));
  const fitting = await termsOfCases(model, items, cases.slice(0, maxCases));
  if (fitting.length === 0) return COLD_BLEND;
  const overall = search(fitting, { sequence: 1, neighbors: 1, text: 1, popularity: 1 });
  let lower = 0;
  return BUCKET_ENDS.map((maxEvents) => {
    const upper = maxEvents ?? Number.POSITIVE_INFINITY;
    const bucket = fitting.filter(({ numEvents }) => numEvents > lower && numEvents <= upper);
    lower = upper;
    return { maxEvents, ...(bucket.length < MIN_BUCKET_CASES ? overall : search(bucket, overall)) };
  });
}

async function termsOfCases(
  model: Model,
  items: readonly CatalogItem[],
  cases: readonly TestCase[],
): Promise<FittingCase[]> {
  const scorer = await createSimdScorer(model.items);
  const rowOf = rowLookup(items);
  const fitting: FittingCase[] = [];
  for (const { events, targets } of cases) {
    const profile = buildProfile(events, { rowOf, maxEvents: model.config.maxEvents });
    fitting.push({ terms: await rawTerms(model, scorer, profile), targets, numEvents: profile.rows.length });
  }
  return fitting;
}

function search(cases: readonly FittingCase[], start: Weights): Weights {
  let best = start;
  let bestNdcg = meanNdcg(cases, start);
  for (let round = 0; round < ROUNDS; round++) {
    for (const term of ['neighbors', 'popularity', 'text', 'sequence'] as const) {
      for (const value of GRID) {
        // The encoder's weight is the unit: it is on or off.
        if (value === best[term] || (term === 'sequence' && value > 1)) continue;
        const candidate = { ...best, [term]: value };
        if (Object.values(candidate).every((weight) => weight === 0)) continue; // would rank by row
        const ndcg = meanNdcg(cases, candidate);
        if (ndcg > bestNdcg) {
          best = candidate;
          bestNdcg = ndcg;
        }
      }
    }
  }
  return best;
}

function meanNdcg(cases: readonly FittingCase[], weights: Weights): number {
  let sum = 0;
  const scores = new Float32Array(cases[0]?.terms.sequence.length ?? 0);
  for (const { terms, targets } of cases) {
    blendInto(scores, terms, weights);
    const rankOf = new Map(Array.from(topRows(scores, CUTOFF), (row, rank) => [row, rank]));
    const ranks = targets.map((row) => rankOf.get(row) ?? Number.POSITIVE_INFINITY);
    sum += ndcgAt(ranks, CUTOFF);
  }
  return sum / cases.length;
}

function blendInto(out: Float32Array, { sequence, neighbors, text, popularity }: RawTerms, weights: Weights): void {
  for (let row = 0; row < out.length; row++) {
    out[row] =
      weights.sequence * (sequence[row] as number) +
      weights.neighbors * (neighbors[row] as number) +
      weights.text * (text[row] as number) +
      weights.popularity * (popularity[row] as number);
  }
}
