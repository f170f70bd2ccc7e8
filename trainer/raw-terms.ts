import { addScaled } from '#model/add-scaled.ts';
import type { ScoreAll } from '#model/dense-scores.ts';
import { type HistoryScores, historyScores } from '#model/history-scores.ts';
import type { Model } from '#model/model.ts';
import type { Profile } from '#model/profile.ts';
import { profileVectors, SCORE_TERMS, type ScoreTerm } from '#model/score-items.ts';
import type { BlendWeights } from '#protocol/manifest.ts';

/**
 * The terms of all items before their weights, `[N]` each: what a device's {@link scoreItems} adds up without
 * writing it down.
 */
export type RawTerms = Readonly<Record<ScoreTerm, Float32Array>>;

/** @param scoreAll Of the model's items. */
export function rawTerms(model: Model, scoreAll: ScoreAll, profile: Profile): RawTerms {
  const { numItems } = model.config;
  const { session, text } = profileVectors(model, profile);
  const products = (query: Float32Array | undefined): Float32Array => {
    const out = new Float32Array(numItems);
    if (query) scoreAll(query, out);
    return out;
  };
  return {
    sequence: products(session),
    text: products(text),
    popularity: model.items.popularity,
    ...denseHistory(historyScores(model, profile), numItems),
  };
}

/** The history's terms of all items, `[N]` each. */
export function denseHistory(
  history: HistoryScores,
  numItems: number,
): Readonly<Record<'neighbors' | 'fresh' | 'seen' | 'again', Float32Array>> {
  const zeros = (): Float32Array => new Float32Array(numItems);
  const dense = { neighbors: zeros(), fresh: zeros(), seen: zeros(), again: zeros() };
  for (const [row, terms] of history) {
    dense.neighbors[row] = terms.neighbors;
    dense.fresh[row] = terms.fresh;
    dense.seen[row] = terms.seen;
    dense.again[row] = terms.again;
  }
  return dense;
}

/** The weighted sum of the terms, `[N]`. */
export function blendTerms(raw: RawTerms, weights: Pick<BlendWeights, ScoreTerm>): Float32Array {
  const blended = new Float32Array(raw.sequence.length);
  for (const term of SCORE_TERMS) if (weights[term] !== 0) addScaled(blended, raw[term], weights[term]);
  return blended;
}
