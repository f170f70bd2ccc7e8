import { ndcgAt } from '#model/metrics.ts';
import type { Model } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { SCORE_TERMS, type ScoreTerm } from '#model/score-items.ts';
import { topRows } from '#model/top-rows.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import { createDenseScorer } from './dense-scorer.ts';
import { rowLookup } from './device-recommender.ts';
import { rawTerms } from './raw-terms.ts';
import type { TestCase } from './test-cases.ts';

/** A test case's terms, on the items that a sum of them is likely to bring to the top. */
export interface Candidates {
  /** `[terms, C]`. */
  readonly terms: Float32Array;
  /** C. */
  readonly numCandidates: number;
  /** Places of the targets among the candidates: the first ones. */
  readonly numTargets: number;
}

/** Terms in the order of `SCORE_TERMS`. */
export interface BlendCase extends Candidates {
  readonly numEvents: number;
}

/** The best of each term: what no term has among these hardly ever comes to the top of a sum of them. */
const TOP_OF_TERM = 100;
const CUTOFF = 20;

/** Asks a model for the terms of every case. */
export async function blendCasesOf(
  model: Model,
  { items, cases }: { readonly items: readonly CatalogItem[]; readonly cases: readonly TestCase[] },
): Promise<BlendCase[]> {
  const scoreAll = createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  const blendCases: BlendCase[] = [];
  for (const { events, targets } of cases) {
    const profile = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
    const terms = rawTerms(model, scoreAll, profile);
    const inOrder = SCORE_TERMS.map((term) => terms[term]);
    blendCases.push({ ...pickCandidates(inOrder, targets), numEvents: profile.rows.length });
  }
  return blendCases;
}

/** @param terms `[N]` each. */
export function pickCandidates(terms: readonly Float32Array[], targets: readonly number[]): Candidates {
  const rows = new Set(targets);
  for (const term of terms) {
    for (const row of topRows(term, TOP_OF_TERM)) if (term[row] !== 0) rows.add(row);
  }
  const numCandidates = rows.size;
  const picked = new Float32Array(terms.length * numCandidates);
  let at = 0;
  for (const term of terms) for (const row of rows) picked[at++] = term[row] as number;
  return { terms: picked, numCandidates, numTargets: targets.length };
}

/** Mean NDCG@20 under weights in the order of the terms; a target that ties with others comes last of them. */
export function meanNdcg(cases: readonly Candidates[], weights: readonly number[]): number {
  let sum = 0;
  for (const blendCase of cases) sum += ndcgAt(ranksOfTargets(blendCase, weights), CUTOFF);
  return sum / cases.length;
}

function ranksOfTargets({ terms, numCandidates, numTargets }: Candidates, weights: readonly number[]): number[] {
  const scores = new Float32Array(numCandidates);
  weights.forEach((weight, term) => {
    if (weight === 0) return;
    const start = term * numCandidates;
    for (let c = 0; c < numCandidates; c++) scores[c] = (scores[c] as number) + weight * (terms[start + c] as number);
  });
  return Array.from({ length: numTargets }, (_, target) => {
    const own = scores[target] as number;
    let rank = 0;
    for (let c = 0; c < numCandidates; c++) {
      const score = scores[c] as number;
      if (score > own || (score === own && c !== target)) rank++;
    }
    return rank;
  });
}

/** How far a term tells a case's candidates apart, on average: what its weights are counted in. */
export function spreadOf(cases: readonly BlendCase[], term: ScoreTerm): number {
  const index = SCORE_TERMS.indexOf(term);
  let sum = 0;
  for (const { terms, numCandidates } of cases) {
    const values = terms.subarray(index * numCandidates, (index + 1) * numCandidates);
    const mean = values.reduce((total, value) => total + value, 0) / numCandidates;
    sum += Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / numCandidates);
  }
  return sum / cases.length;
}
