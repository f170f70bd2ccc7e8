import type { BlendWeights } from '#protocol/manifest.ts';
import { addScaled } from './add-scaled.ts';
import { encodeSession } from './encoder.ts';
import { type HistoryTerms, historyScores } from './history-scores.ts';
import { dotRow } from './item-table.ts';
import type { Model } from './model.ts';
import { eventsBefore, type Profile } from './profile.ts';
import { bestOf, exactScore, type ScoredRows, type Scorer } from './scorer.ts';
import { textQuery } from './text-query.ts';

/** The parts that a score is the weighted sum of; each is also the source of a reason to show. */
export const SCORE_TERMS = ['sequence', 'neighbors', 'text', 'popularity', 'seen', 'again', 'fresh'] as const;
export type ScoreTerm = (typeof SCORE_TERMS)[number];

/** A score's parts, weights included. */
export type ScoreTerms = Readonly<Record<ScoreTerm, number>>;

/** All items as one profile sees them. */
export interface ItemScores {
  /** An item's score; −Infinity for one that may not be shown. Of use beside another item's only. */
  scoreOf(row: number): number;
  /** The best `count` items that may be shown, best first; of equal scores the lower row first. */
  best(count: number): Promise<ScoredRows>;
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

const NO_HISTORY: HistoryTerms = { neighbors: 0, fresh: 0, seen: 0, again: 0 };

/**
 * Scores a model's items for a profile: the learned blend of sequence, neighbors, text, popularity, what the
 * shopper had before and what is new.
 *
 * Sequence and text are products with an item's vector, so both together are one query, and a scorer finds the
 * best of the catalog by it and by popularity. What the history says is said of some items only: they
 * are added to what the scorer finds, so the best of all are among them.
 *
 * A profile without item events leaves all but text and popularity at 0, one without searches too leaves only
 * popularity.
 *
 * @param scorer Reads `model.items`.
 */
export function scoreItems(model: Model, scorer: Scorer, profile: Profile): ItemScores {
  const { items, config, means } = model;
  const weights = blendWeights(config.blend, profile);
  const { session, text } = profileVectors(model, profile);
  const query = new Float32Array(config.dim);
  if (session) addScaled(query, session, weights.sequence);
  if (text) addScaled(query, text, weights.text);
  const dense = { query, popularityWeight: weights.popularity };

  const history = historyScores(model, profile);
  // Written out, here and below: thousands of rows are asked.
  const historyScore = ({ neighbors, fresh, seen, again }: HistoryTerms): number =>
    weights.neighbors * neighbors + weights.fresh * fresh + weights.seen * seen + weights.again * again;
  const scoreOf = (row: number): number => exactScore(items, row, dense) + historyScore(history.get(row) ?? NO_HISTORY);

  return {
    scoreOf,
    async best(count) {
      let numLowered = 0; // as many places of the scorer's list may be lost
      for (const terms of history.values()) if (historyScore(terms) < 0) numLowered++;
      const found = await scorer.top({ ...dense, count: count + numLowered });
      const scored = Array.from(found.rows, (row) => ({ row, score: scoreOf(row) }));
      const best = bestOf(scored, count);
      const enough = best.scores[count - 1] ?? Number.NEGATIVE_INFINITY;
      const most = found.scores.at(-1) ?? Number.NEGATIVE_INFINITY; // of a row that was not found, without its history
      const known = new Set(found.rows);
      for (const [row, terms] of history) {
        // Rounded up by more than float32 may have rounded down.
        if (known.has(row) || most + historyScore(terms) + 1e-6 * Math.abs(most) < enough) continue;
        const score = scoreOf(row);
        if (Math.fround(score) >= enough) scored.push({ row, score });
      }
      return scored.length > found.rows.length ? bestOf(scored, count) : best;
    },
    termsOf: (row) => ({
      sequence: session ? weights.sequence * (dotRow(items, row, session) - dot(means.vector, session)) : 0,
      text: text ? weights.text * dotRow(items, row, text) : 0,
      popularity: weights.popularity * (items.popularity[row] as number),
      ...weighted(history.get(row) ?? NO_HISTORY, weights),
    }),
    meanTerms() {
      let neighbors = 0;
      let fresh = 0;
      let seen = 0;
      let again = 0;
      for (const terms of history.values()) {
        neighbors += terms.neighbors;
        fresh += terms.fresh;
        seen += terms.seen;
        again += terms.again;
      }
      const share = 1 / config.numItems;
      return {
        sequence: 0, // it is centered
        text: text ? weights.text * dot(means.vector, text) : 0,
        popularity: weights.popularity * means.popularity,
        ...weighted(
          { neighbors: share * neighbors, fresh: share * fresh, seen: share * seen, again: share * again },
          weights,
        ),
      };
    },
  };
}

/** The directions in item space that a profile asks for, `[D]` each; absent where it says nothing of them. */
export function profileVectors(
  model: Model,
  profile: Profile,
): { readonly session: Float32Array | undefined; readonly text: Float32Array | undefined } {
  const { rows } = profile;
  return {
    session:
      rows.length > 0 ? encodeSession(eventsBefore(profile, rows.length, model.config.maxEvents), model) : undefined,
    text: textQuery(model, profile),
  };
}

/** The weights for a profile's length. */
export function blendWeights(blend: readonly BlendWeights[], { rows, searches }: Profile): BlendWeights {
  const fitting = blend.find(({ maxEvents }) => maxEvents === null || rows.length <= maxEvents);
  const weights = (fitting ?? blend.at(-1)) as BlendWeights;
  return searches.length === 0 ? weights : { ...weights, text: Math.max(weights.text, MIN_SEARCH_WEIGHT) };
}

function weighted(terms: HistoryTerms, weights: BlendWeights): HistoryTerms {
  return {
    neighbors: weights.neighbors * terms.neighbors,
    fresh: weights.fresh * terms.fresh,
    seen: weights.seen * terms.seen,
    again: weights.again * terms.again,
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
