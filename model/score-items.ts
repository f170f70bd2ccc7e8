import type { BlendWeights } from '#protocol/manifest.ts';
import { encodeSession } from './encoder.ts';
import type { Model } from './model.ts';
import { neighborScores } from './neighbor-scores.ts';
import type { Profile } from './profile.ts';
import type { Scorer } from './scorer.ts';
import { textQuery } from './text-query.ts';

/** A score's four parts, weights included; each is also the source of a reason to show. */
export interface ScoreTerms {
  readonly sequence: number;
  readonly neighbors: number;
  readonly text: number;
  readonly popularity: number;
}

export interface ItemScores {
  /** `[N]`, the sum of each item's terms. Owned by the caller. */
  readonly blended: Float32Array;
  /** The terms of one item. */
  termsOf(row: number): ScoreTerms;
  /** Each term's mean over all items: how far an item's own stands above it is what lifts the item. */
  readonly meanTerms: ScoreTerms;
}

/**
 * The text term's weight is at least this once the shopper has searched. Orders hold no searches, so the
 * fitted weight knows nothing of them, and is often 0 where items have many orders.
 */
export const MIN_SEARCH_WEIGHT = 4;

/** The recent list counts most: a shop's shelves should move with its season. */
const RECENT_SHARE = 0.75;

/**
 * Scores every item for a profile: the learned blend of sequence, neighbors, text and popularity.
 *
 * A profile without item events leaves sequence and neighbors at 0, one without searches too leaves
 * only popularity.
 */
export async function scoreItems(model: Model, scorer: Scorer, profile: Profile): Promise<ItemScores> {
  const { numItems } = model.config;
  const raw = await rawTerms(model, scorer, profile);
  const weights = blendWeights(model.config.blend, profile);
  const termsOf = (row: number): ScoreTerms => ({
    sequence: weights.sequence * (raw.sequence[row] as number),
    neighbors: weights.neighbors * (raw.neighbors[row] as number),
    text: weights.text * (raw.text[row] as number),
    popularity: weights.popularity * (raw.popularity[row] as number),
  });
  const blended = new Float32Array(numItems);
  for (let row = 0; row < numItems; row++) {
    blended[row] =
      weights.sequence * (raw.sequence[row] as number) +
      weights.neighbors * (raw.neighbors[row] as number) +
      weights.text * (raw.text[row] as number) +
      weights.popularity * (raw.popularity[row] as number);
  }
  const meanTerms: ScoreTerms = {
    sequence: weights.sequence * meanOf(raw.sequence),
    neighbors: weights.neighbors * meanOf(raw.neighbors),
    text: weights.text * meanOf(raw.text),
    popularity: weights.popularity * meanOf(raw.popularity),
  };
  return { blended, termsOf, meanTerms };
}

/** The four terms before their weights, `[N]` each. */
export interface RawTerms {
  /** Session vector · item vector, less its mean over all items. */
  readonly sequence: Float32Array;
  /** Decayed sum of neighbor weights. */
  readonly neighbors: Float32Array;
  /** Cosine with what was looked at and searched for, −1…1. */
  readonly text: Float32Array;
  /** Log-scaled, 0…1. */
  readonly popularity: Float32Array;
}

/** What {@link scoreItems} blends; the trainer fits the weights on it. */
export async function rawTerms(model: Model, scorer: Scorer, profile: Profile): Promise<RawTerms> {
  const { numItems } = model.config;
  const sequence = new Float32Array(numItems);
  if (profile.rows.length > 0) {
    await scorer.score(encodeSession(profile, model), sequence);
    center(sequence);
  }
  const text = new Float32Array(numItems);
  const query = textQuery(model, profile);
  if (query) {
    await scorer.score(query, text);
    for (let row = 0; row < numItems; row++) text[row] = (text[row] as number) * (model.inverseNorms[row] as number);
  }
  return { sequence, neighbors: neighborScores(model, profile.rows), text, popularity: popularityScores(model) };
}

/**
 * An item's popularity, 0…1. The first shelf is sorted by it too, so that a stranger's ranked shelf
 * shows the same items in the same order.
 *
 * @param recent 0…255. @param longRun 0…255.
 */
export function popularityOf(recent: number, longRun: number): number {
  return (RECENT_SHARE * recent + (1 - RECENT_SHARE) * longRun) / 255;
}

function popularityScores({ config, popularity }: Model): Float32Array {
  const scores = new Float32Array(config.numItems);
  for (let row = 0; row < scores.length; row++) {
    scores[row] = popularityOf(popularity.recent[row] as number, popularity.longRun[row] as number);
  }
  return scores;
}

/** A softmax does not see its mean; taken out, the term says how far an item stands above the rest. */
function center(scores: Float32Array): void {
  const mean = meanOf(scores);
  for (let row = 0; row < scores.length; row++) scores[row] = (scores[row] as number) - mean;
}

function meanOf(values: Float32Array): number {
  let sum = 0; // float64
  for (const value of values) sum += value;
  return sum / values.length;
}

function blendWeights(blend: readonly BlendWeights[], { rows, searches }: Profile): BlendWeights {
  const fitting = blend.find(({ maxEvents }) => maxEvents === null || rows.length <= maxEvents);
  const weights = (fitting ?? blend.at(-1)) as BlendWeights;
  return searches.length === 0 ? weights : { ...weights, text: Math.max(weights.text, MIN_SEARCH_WEIGHT) };
}
