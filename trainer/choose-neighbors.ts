import { historyScores } from '#model/history-scores.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Neighbors } from '#protocol/item-files.ts';
import type { Recall } from '#protocol/manifest.ts';
import { meanNdcg, pickCandidates } from './blend-case.ts';
import { coordinateSearch, type Grid } from './coordinate-search.ts';
import { listsOf } from './neighbor-entries.ts';
import { type NeighborSettings, type NeighborSources, neighborFinder } from './neighbor-lists.ts';
import { denseHistory } from './raw-terms.ts';
import type { TestCase } from './test-cases.ts';

/** How neighbor lists are made and read. */
export type HistorySettings = NeighborSettings & Recall;

/** Where the search starts, and what is taken where there is nothing to choose on. */
export const DEFAULT_HISTORY: HistorySettings = {
  distanceDecay: 0.8,
  backward: 0.8,
  popularityPower: 0.3,
  recency: 1,
  shrink: 2,
  textShare: 0.05,
  wordShare: 0.05,
  eventDecay: 0.7,
  earlier: 0.03,
  visitDecay: 0.9,
  likeness: 3,
};

/** In the order of the search: what matters most comes first. */
const GRID: Grid<HistorySettings> = {
  eventDecay: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  earlier: [0, 0.03, 0.1, 0.2, 0.4, 1],
  visitDecay: [0.7, 0.8, 0.9, 0.95, 1],
  likeness: [1, 2, 3, 5, 8],
  shrink: [0, 0.5, 2, 5, 10, 20],
  wordShare: [0, 0.02, 0.05, 0.1, 0.2, 0.4],
  textShare: [0, 0.02, 0.05, 0.1, 0.2, 0.4],
  popularityPower: [0, 0.15, 0.3, 0.5],
  distanceDecay: [0.5, 0.65, 0.8, 0.9, 0.95],
  backward: [0.3, 0.5, 0.8, 1],
  recency: [0, 0.5, 1, 2, 4],
};
/** In a log of single visits nothing depends on earlier ones, in a catalog without texts nothing on those. */
const ONE_VISIT_GRID = { earlier: [0.03], visitDecay: [0.9], likeness: [3] };
const NO_TEXT_GRID = { textShare: [0.05] };
const NO_WORD_GRID = { wordShare: [0.05] };
const MAX_ROUNDS = 2;
/** Keeps one trial near a second on large catalogs. */
const MAX_CASES = 800;

/** Weights of the terms `seen` and `again` beside that of the neighbors: the best pair counts for a trial. */
const SEEN_WEIGHTS = [-10, 0, 0.1, 0.3, 1];
const AGAIN_WEIGHTS = [0, 0.25, 0.5, 1, 2, 4, 8];

/**
 * Chooses how neighbor lists are made and read, by coordinate search for the NDCG@20 of the history's terms
 * alone.
 *
 * @param sources What is known before the cases.
 */
export async function chooseHistorySettings(
  sources: NeighborSources,
  {
    cases,
    minCustomers,
    rowOf,
  }: {
    readonly cases: readonly TestCase[];
    readonly minCustomers: number;
    readonly rowOf: (id: ItemId) => number | undefined;
  },
): Promise<HistorySettings> {
  const asked = cases.slice(0, MAX_CASES).map(({ events, targets }) => ({
    profile: buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS }),
    targets,
  }));
  if (asked.length === 0) return DEFAULT_HISTORY;
  const hasEarlierVisits = asked.some(({ profile }) => profile.visitsAgo.some((visits) => visits > 0));
  const rows = new Set(asked.flatMap(({ profile }) => [...profile.rows]));
  const listsFor = lastListsKept(neighborFinder(sources, minCustomers), rows);
  const { numItems } = sources.log;
  const popularity = { newness: new Uint8Array(numItems) }; // what is new has its own term
  const measure = async (settings: HistorySettings): Promise<number> => {
    const model = { config: { recall: settings }, neighbors: listsOf(listsFor(settings)), popularity };
    const candidates = asked.map(({ profile, targets }) => {
      const { neighbors, seen, again } = denseHistory(historyScores(model, profile), numItems);
      return pickCandidates([neighbors, seen, again], targets);
    });
    const weights = SEEN_WEIGHTS.flatMap((seen) =>
      (hasEarlierVisits ? AGAIN_WEIGHTS : [0]).map((again) => [1, seen, again]),
    );
    return Math.max(...weights.map((triple) => meanNdcg(candidates, triple)));
  };
  const grid = {
    ...GRID,
    ...(!hasEarlierVisits && ONE_VISIT_GRID),
    ...(!sources.texts && NO_TEXT_GRID),
    ...(!sources.words && NO_WORD_GRID),
  };
  return (await coordinateSearch(DEFAULT_HISTORY, grid, { measure, maxRounds: MAX_ROUNDS })).best;
}

/** Lists depend on half of the settings only: made again when one of those changes. */
function lastListsKept(
  find: ReturnType<typeof neighborFinder>,
  only: ReadonlySet<number>,
): (settings: NeighborSettings) => Neighbors {
  let last: { readonly key: string; readonly lists: Neighbors } | undefined;
  return (settings) => {
    const { distanceDecay, backward, popularityPower, recency, shrink, textShare, wordShare } = settings;
    const key = [distanceDecay, backward, popularityPower, recency, shrink, textShare, wordShare].join();
    if (last?.key !== key) last = { key, lists: find(settings, only) };
    return last.lists;
  };
}
