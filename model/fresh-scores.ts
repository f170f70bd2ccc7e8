import type { Model } from './model.ts';
import type { Profile } from './profile.ts';

/** Of this visit, the last events: earlier ones have faded. Bounds the work where many items are new. */
const MAX_EVENTS = 8;

/**
 * How much each new item is like what this visit was about, `[N]`; 0 for the others. A new item's vector comes
 * from its text.
 *
 *     fresh(j) = newness(j) · Σ over the visit's last events, about item i: eventDecay^age · max(0, cosine(i, j))²
 */
export function freshScores(
  {
    config,
    items,
    inverseNorms,
    popularity,
  }: Pick<Model, 'config' | 'items' | 'inverseNorms'> & { readonly popularity: Pick<Model['popularity'], 'newness'> },
  { rows, visitsAgo }: Pick<Profile, 'rows' | 'visitsAgo'>,
): Float32Array {
  const { dim, scales, values } = items;
  const fresh = new Float32Array(config.numItems);
  const latest = rows.subarray(Math.max(rows.length - MAX_EVENTS, visitsAgo.indexOf(0), 0)).toReversed();
  for (let row = 0; row < fresh.length; row++) {
    const newness = popularity.newness[row] as number;
    if (newness === 0) continue;
    let sum = 0;
    latest.forEach((event, age) => {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += (values[event * dim + d] as number) * (values[row * dim + d] as number);
      const norms = (inverseNorms[event] as number) * (inverseNorms[row] as number);
      const cosine = dot * (scales[event] as number) * (scales[row] as number) * norms;
      sum += config.recall.eventDecay ** age * Math.max(0, cosine) ** 2;
    });
    fresh[row] = (newness / 255) * sum;
  }
  return fresh;
}
