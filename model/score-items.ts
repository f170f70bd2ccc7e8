import type { BlendWeights } from '#protocol/manifest.ts';
import { addScaled } from './add-scaled.ts';
import { encodeSession } from './encoder.ts';
import { type HistoryScores, historyScores } from './history-scores.ts';
import type { Model } from './model.ts';
import { eventsBefore, type Profile } from './profile.ts';
import type { Scorer } from './scorer.ts';
import { textQuery } from './text-query.ts';

/** The parts that a score is the weighted sum of; each is also the source of a reason to show. */
export const SCORE_TERMS = ['sequence', 'neighbors', 'text', 'popularity', 'seen', 'again', 'fresh'] as const;
export type ScoreTerm = (typeof SCORE_TERMS)[number];

/** A score's parts, weights included. */
export type ScoreTerms = Readonly<Record<ScoreTerm, number>>;

export interface ItemScores {
  /** `[N]`, the sum of each item's terms. Owned by the caller. */
  readonly blended: Float32Array;
  /** The terms of one item. */
  termsOf(row: number): ScoreTerms;
  /** Each term's mean over all items: how far an item's own stands above it is what lifts the item. */
  meanTerms(): ScoreTerms;
}

/**
 * The text term's weight is at least this once the shopper has searched. Orders hold no searches, so the
 * fitted weight knows nothing of them, and is often 0 where items have many orders.
 */
export const MIN_SEARCH_WEIGHT = 4;

/** The recent list counts most: a shop's shelves should move with its season. */
const RECENT_SHARE = 0.75;

/**
 * Scores every item for a profile: the learned blend of sequence, neighbors, text, popularity, what the
 * shopper had before and what is new.
 *
 * A profile without item events leaves all but text and popularity at 0, one without searches too leaves only
 * popularity.
 */
export async function scoreItems(model: Model, scorer: Scorer, profile: Profile): Promise<ItemScores> {
  const raw = await rawTerms(model, scorer, profile);
  const weights = blendWeights(model.config.blend, profile);
  const termsBy = (read: (values: Float32Array) => number): ScoreTerms => {
    const terms = {} as Record<ScoreTerm, number>;
    for (const term of SCORE_TERMS) terms[term] = weights[term] * read(raw[term]);
    return terms;
  };
  return {
    blended: blendTerms(raw, weights),
    termsOf: (row) => termsBy((values) => values[row] as number),
    meanTerms: () => termsBy(meanOf),
  };
}

/** The weighted sum of the terms, `[N]`. */
export function blendTerms(raw: RawTerms, weights: Pick<BlendWeights, ScoreTerm>): Float32Array {
  const blended = new Float32Array(raw.sequence.length);
  for (const term of SCORE_TERMS) if (weights[term] !== 0) addScaled(blended, raw[term], weights[term]);
  return blended;
}

/** The terms before their weights, `[N]` each. */
export interface RawTerms extends HistoryScores {
  /** Session vector · item vector, less its mean over all items. */
  readonly sequence: Float32Array;
  /** Cosine with what was looked at and searched for, −1…1. */
  readonly text: Float32Array;
  /** Log-scaled, 0…1. */
  readonly popularity: Float32Array;
}

/** What {@link scoreItems} blends; the trainer fits the weights on it. */
export async function rawTerms(model: Model, scorer: Scorer, profile: Profile): Promise<RawTerms> {
  const { numItems, maxEvents } = model.config;
  const sequence = new Float32Array(numItems);
  if (profile.rows.length > 0) {
    await scorer.score(encodeSession(eventsBefore(profile, profile.rows.length, maxEvents), model), sequence);
    center(sequence);
  }
  const text = new Float32Array(numItems);
  const query = textQuery(model, profile);
  if (query) {
    await scorer.score(query, text);
    for (let row = 0; row < numItems; row++) text[row] = (text[row] as number) * (model.inverseNorms[row] as number);
  }
  return {
    sequence,
    text,
    popularity: popularityScores(model),
    ...historyScores(model, profile),
  };
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

/** The weights for a profile's length. */
export function blendWeights(blend: readonly BlendWeights[], { rows, searches }: Profile): BlendWeights {
  const fitting = blend.find(({ maxEvents }) => maxEvents === null || rows.length <= maxEvents);
  const weights = (fitting ?? blend.at(-1)) as BlendWeights;
  return searches.length === 0 ? weights : { ...weights, text: Math.max(weights.text, MIN_SEARCH_WEIGHT) };
}
