import { addScaled } from './add-scaled.ts';
import { dequantizeRow, inverseNorm } from './item-table.ts';
import type { Model } from './model.ts';
import type { Profile } from './profile.ts';
import { addWordMeaning } from './word-meaning.ts';

/** An event counts this much less than the one after it. */
const EVENT_DECAY = 0.85;

/** A search says more of what is wanted now than one product looked at. */
const SEARCH_WEIGHT = 2;

/**
 * The direction in item space of what was looked at and searched for: a decayed sum of unit vectors,
 * scaled to length 1. Item vectors have length 1 as they are trained, so its product with one is their cosine up
 * to rounding.
 *
 * @returns `[D]`, or `undefined` if the profile says nothing.
 */
export function textQuery(model: Pick<Model, 'items' | 'words'>, profile: Profile): Float32Array | undefined {
  const { items } = model;
  const sum = new Float32Array(items.dim);
  const vector = new Float32Array(items.dim);
  let weight = 1;
  for (let t = profile.rows.length - 1; t >= 0; t--) {
    const row = profile.rows[t] as number;
    dequantizeRow(items, row, vector);
    addScaled(sum, vector, weight * inverseNorm(items, row));
    weight *= EVENT_DECAY;
  }
  weight = SEARCH_WEIGHT;
  for (const search of profile.searches) {
    const meaning = new Float32Array(items.dim);
    for (const word of search) addWordMeaning(model, word, meaning);
    const norm = Math.hypot(...meaning);
    if (norm > 0) addScaled(sum, meaning, weight / norm);
    weight *= EVENT_DECAY;
  }
  const norm = Math.hypot(...sum);
  if (!(norm > 0)) return undefined;
  return sum.map((value) => value / norm);
}
