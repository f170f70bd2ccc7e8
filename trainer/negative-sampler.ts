import type { Random } from './seeded-random.ts';

/** Draws negatives for sampled softmax, and says how likely each was. */
export interface NegativeSampler {
  /** int32 `[count]`, with replacement. */
  draw(count: number, random: Random): Int32Array;
  /** Natural log of an item's probability in one draw, `[N]`. */
  readonly logProbabilities: Float32Array;
}

/**
 * A sampler by count to a power, so that frequent items serve as negatives more often.
 *
 * @param counts How often each item was ordered, `[N]`; one is added to each, so that none is impossible.
 */
export function createNegativeSampler(counts: Float64Array, power: number): NegativeSampler {
  const cumulative = new Float64Array(counts.length);
  let total = 0;
  for (let row = 0; row < counts.length; row++) {
    total += ((counts[row] as number) + 1) ** power;
    cumulative[row] = total;
  }
  const logProbabilities = Float32Array.from(counts, (count) => Math.log((count + 1) ** power / total));
  return {
    logProbabilities,
    draw(count, random) {
      return Int32Array.from({ length: count }, () => firstAbove(cumulative, random() * total));
    },
  };
}

/** Index of the first value above `bound`; `values` rises. */
function firstAbove(values: Float64Array, bound: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
