import { diversify, HEAD_SIZE } from '#model/diversify.ts';
import type { ItemTable } from '#model/item-table.ts';
import { ndcgAt } from '#model/metrics.ts';
import type { ScoredRows } from '#model/scorer.ts';
import { topRows } from '#model/top-rows.ts';
import { meanIntraListDistance } from './intra-list-distance.ts';
import { ranksOnList } from './list-ranks.ts';
import { LIST_LENGTH, type Recommender } from './measure-ranking.ts';
import type { TestCase } from './test-cases.ts';

/** What a shop may lose for variety: a five-hundredth of its NDCG@20. */
const KEPT_SHARE = 0.998;
/** Finer steps would only follow the noise: 400 cases of one shop choose the same within 0.1 or so. */
const NUM_STEPS = 10;
/** Bounds the time: each is scored once, and all knob values together take a second or two. */
const MAX_CASES = 400;
/** Below this, noise is so much more than that that variety stays off. */
const MIN_CASES = 200;

/** What one knob value does to the validation cases' lists of 20. */
export interface DiversityTrial {
  readonly diversity: number;
  readonly ndcgAt20: number;
  /** By the item vectors, see {@link meanIntraListDistance}. */
  readonly intraListDistance: number;
  /** Share of all items that are in a list at least once. */
  readonly coverage: number;
}

export interface DiversityChoice {
  readonly diversity: number;
  /** By `diversity`, from 0 (off). Empty where there were too few cases. */
  readonly trials: readonly DiversityTrial[];
}

/**
 * Chooses the knob that ships: the largest of 0, 0.1 … 1 up to which NDCG@20 stays at least 99.8 % of that
 * at 0. What is gained stands beside it in `trials`: distance within lists and coverage of the catalog.
 *
 * 0 where there are fewer than 200 cases, or none is answered at all.
 *
 * @param items Vectors as they ship.
 * @param recommend The finished blend, not diversified.
 * @param cases The first 400 are asked.
 */
export async function chooseDiversity(
  items: ItemTable,
  { recommend, cases }: { readonly recommend: Recommender; readonly cases: readonly TestCase[] },
): Promise<DiversityChoice> {
  if (cases.length < MIN_CASES) return { diversity: 0, trials: [] };
  const heads: Head[] = [];
  for (const testCase of cases.slice(0, MAX_CASES)) {
    heads.push(headOf(await recommend(testCase), testCase.targets));
  }
  const trials = Array.from({ length: NUM_STEPS + 1 }, (_, step) => tryOut(step / NUM_STEPS, items, heads));
  const enough = KEPT_SHARE * (trials[0] as DiversityTrial).ndcgAt20;
  const firstBelow = trials.findIndex(({ ndcgAt20 }) => !(ndcgAt20 >= enough && enough > 0));
  return { diversity: trials.at(firstBelow === -1 ? -1 : Math.max(0, firstBelow - 1))?.diversity ?? 0, trials };
}

/** The part of one answer that variety can change; all scores of 400 cases could be too much to keep. */
interface Head extends ScoredRows {
  readonly targets: readonly number[];
}

function headOf(scores: Float32Array, targets: readonly number[]): Head {
  const rows = topRows(scores, HEAD_SIZE);
  return { rows, scores: Float32Array.from(rows, (row) => scores[row] as number), targets };
}

function tryOut(diversity: number, items: ItemTable, heads: readonly Head[]): DiversityTrial {
  const lists = heads.map((head) => diversify(head, items, diversity).take(LIST_LENGTH).toArray());
  const ndcg = heads.reduce((sum, { targets }, i) => {
    return sum + ndcgAt(ranksOnList(lists[i] as number[], targets), LIST_LENGTH);
  }, 0);
  return {
    diversity,
    ndcgAt20: ndcg / heads.length,
    intraListDistance: meanIntraListDistance(lists, items),
    coverage: new Set(lists.flat()).size / items.numItems,
  };
}
