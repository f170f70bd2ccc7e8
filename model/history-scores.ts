import { type Neighbors, neighborWeight, type Popularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { MAX_VISITS_AGO, type Profile } from './profile.ts';

/** A visit is like another less the longer it is, since a long one shares an item with most; but not in full. */
const LENGTH_POWER = 0.75;
/** What this visit was about last says most of what it is like; an event counts this much less than the one after it. */
const LIKENESS_DECAY = 0.9;

/** What a profile's events say of every item, `[N]` each. */
export interface HistoryScores {
  /** How much the item goes with what the events were about. */
  readonly neighbors: Float32Array;
  /** As `neighbors`, of what was had in this visit, for the items that are new; `neighbors` has the others. */
  readonly fresh: Float32Array;
  /** How much this visit's events were about the item itself. */
  readonly seen: Float32Array;
  /** How likely the item itself is wanted again after earlier visits' events about it. */
  readonly again: Float32Array;
}

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
    readonly config: Pick<ModelConfig, 'numItems' | 'recall'>;
    readonly neighbors: Neighbors;
    readonly popularity: Pick<Popularity, 'newness'>;
  },
  profile: Pick<Profile, 'rows' | 'visitsAgo'>,
): HistoryScores {
  const { rows, visitsAgo } = profile;
  const { eventDecay, earlier, visitDecay, likeness } = config.recall;
  const neighbors = new Float32Array(config.numItems);
  const fresh = new Float32Array(config.numItems);
  const seen = new Float32Array(config.numItems);
  const again = new Float32Array(config.numItems); // had, until the lists have been read
  const fits = new Float32Array(config.numItems);
  const repeats = new Map<number, number>(); // row → how likely it is wanted again
  const likenesses = likenessOfVisits(profile);
  for (let t = rows.length - 1; t >= 0; t--) {
    const row = rows[t] as number;
    const visits = visitsAgo[t] as number;
    const isEarlier = visits > 0;
    const fading = isEarlier ? visitDecay ** (visits - 1) : eventDecay ** (rows.length - 1 - t);
    addAt(isEarlier ? again : seen, row, fading);
    if (isEarlier) addAt(fits, row, fading * (likenesses[visits] as number));
    const end = lists.offsets[row + 1] as number;
    for (let entry = lists.offsets[row] as number; entry < end; entry++) {
      const neighbor = lists.rows[entry] as number;
      const weight = neighborWeight(lists.weights[entry] as number);
      if (neighbor === row) repeats.set(row, weight);
      else if (!popularity.newness[neighbor]) addAt(neighbors, neighbor, (isEarlier ? earlier : 1) * fading * weight);
      else if (!isEarlier) addAt(fresh, neighbor, fading * weight);
    }
  }
  for (const row of new Set(rows)) {
    again[row] = (Math.log1p(again[row] as number) + likeness * (fits[row] as number)) * (repeats.get(row) ?? 0);
  }
  return { neighbors, fresh, seen, again };
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

function addAt(out: Float32Array, row: number, value: number): void {
  out[row] = (out[row] as number) + value;
}
