import type { Popularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import type { NeighborLists } from '#protocol/neighbor-lists.ts';
import { MAX_VISITS_AGO, type Profile } from './profile.ts';

/** A visit is like another less the longer it is, since a long one shares an item with most; but not in full. */
const LENGTH_POWER = 0.75;
/** What this visit was about last says most of what it is like; an event counts this much less than the one after it. */
const LIKENESS_DECAY = 0.9;

/** What a profile's events say of one item. */
export interface HistoryTerms {
  /** How much the item goes with what the events were about. */
  readonly neighbors: number;
  /** As `neighbors`, of what was had in this visit, for the items that are new; `neighbors` has the others. */
  readonly fresh: number;
  /** How much this visit's events were about the item itself. */
  readonly seen: number;
  /** How likely the item itself is wanted again after earlier visits' events about it. */
  readonly again: number;
}

/** By row; all terms are 0 for the rows that are missing. */
export type HistoryScores = ReadonlyMap<number, HistoryTerms>;

type Sums = { -readonly [Term in keyof HistoryTerms]: number };

/**
 * Sums over a profile's events. The event about item i that has `age` events after it, `visits` visits
 * before the last event's, adds for each item j ≠ i of i's neighbor list
 *
 *     in this visit      seen[i]  += eventDecay^age
 *                        neighbors[j] += eventDecay^age · weight(i, j), or fresh[j] where j is new
 *     in an earlier one  had[i] += visitDecay^(visits − 1)
 *                        fits[i] += visitDecay^(visits − 1) · like(visits)
 *                        neighbors[j] += earlier · visitDecay^(visits − 1) · weight(i, j)
 *
 *     again[i] = (log(1 + had[i]) + likeness · fits[i]) · weight(i, i)
 *     like(v)  = Σ over events of visit v about items of this visit: LIKENESS_DECAY^age of the item here
 *                / (events of visit v)^LENGTH_POWER
 */
export function historyScores(
  {
    config,
    neighbors: lists,
    popularity,
  }: {
    readonly config: Pick<ModelConfig, 'recall'>;
    readonly neighbors: NeighborLists;
    readonly popularity: Pick<Popularity, 'newness'>;
  },
  profile: Pick<Profile, 'rows' | 'visitsAgo'>,
): HistoryScores {
  const { rows, visitsAgo } = profile;
  const { eventDecay, earlier, visitDecay, likeness } = config.recall;
  const sums = new Map<number, Sums>();
  const sumsOf = (row: number): Sums => {
    const known = sums.get(row);
    if (known) return known;
    const fresh = { neighbors: 0, fresh: 0, seen: 0, again: 0 };
    sums.set(row, fresh);
    return fresh;
  };
  const past = new Map<number, { had: number; fits: number; weight: number }>();
  const likenesses = likenessOfVisits(profile);
  for (let t = rows.length - 1; t >= 0; t--) {
    const row = rows[t] as number;
    const visits = visitsAgo[t] as number;
    const isEarlier = visits > 0;
    const fading = isEarlier ? visitDecay ** (visits - 1) : eventDecay ** (rows.length - 1 - t);
    const had = past.get(row) ?? { had: 0, fits: 0, weight: 0 };
    past.set(row, had);
    if (isEarlier) {
      had.had += fading;
      had.fits += fading * (likenesses[visits] as number);
    } else {
      sumsOf(row).seen += fading;
    }
    lists.forEach(row, (neighbor, weight) => {
      if (neighbor === row) had.weight = weight;
      else if (!popularity.newness[neighbor]) sumsOf(neighbor).neighbors += (isEarlier ? earlier : 1) * fading * weight;
      else if (!isEarlier) sumsOf(neighbor).fresh += fading * weight;
    });
  }
  for (const [row, { had, fits, weight }] of past) {
    if (had > 0) sumsOf(row).again = (Math.log1p(had) + likeness * fits) * weight;
  }
  return sums;
}

/** How much each earlier visit was about what this one is about, by visits ago. */
function likenessOfVisits({ rows, visitsAgo }: Pick<Profile, 'rows' | 'visitsAgo'>): Float64Array {
  const current = new Map<number, number>(); // row → what it counts
  rows.forEach((row, t) => {
    if (visitsAgo[t] === 0) current.set(row, LIKENESS_DECAY ** (rows.length - 1 - t));
  });
  const shared = new Float64Array(MAX_VISITS_AGO + 1);
  const sizes = new Float64Array(MAX_VISITS_AGO + 1);
  rows.forEach((row, t) => {
    const visits = visitsAgo[t] as number;
    sizes[visits] = (sizes[visits] as number) + 1;
    shared[visits] = (shared[visits] as number) + (current.get(row) ?? 0);
  });
  return shared.map((count, visits) => (count === 0 ? 0 : count / (sizes[visits] as number) ** LENGTH_POWER));
}
