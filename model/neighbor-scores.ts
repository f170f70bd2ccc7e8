import type { Model } from './model.ts';

/** An event counts this much less than the one after it. */
export const EVENT_DECAY = 0.85;

/**
 * Decayed sum over the events' neighbor lists, `[N]`: the latest event's neighbors count fully.
 *
 * @param rows Item rows of the events, oldest first.
 */
export function neighborScores(
  { config, neighbors }: Pick<Model, 'config' | 'neighbors'>,
  rows: Uint32Array,
): Float32Array {
  const scores = new Float32Array(config.numItems);
  let weight = 1 / 255;
  for (let t = rows.length - 1; t >= 0; t--) {
    const row = rows[t] as number;
    const end = neighbors.offsets[row + 1] as number;
    for (let entry = neighbors.offsets[row] as number; entry < end; entry++) {
      const neighbor = neighbors.rows[entry] as number;
      scores[neighbor] = (scores[neighbor] as number) + weight * (neighbors.weights[entry] as number);
    }
    weight *= EVENT_DECAY;
  }
  return scores;
}
