/** A stream of draws that depends on its seed alone. For simulations; never for secrets. */
export class SeededDraws {
  #state: number;

  /** @param seed Any number. Its 32 low bits count. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a number from 0 up to, not including, 1 (mulberry32). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Returns a whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.uniform() * end);
  }

  /** Returns true with the given probability. */
  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Returns a draw from the standard normal distribution (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Returns a draw from the Poisson distribution (Knuth; meant for means below 20). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }

  /** Returns a copy in random order. */
  shuffle<Value>(values: readonly Value[]): Value[] {
    return values
      .map((value) => ({ value, key: this.uniform() }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
  }

  /**
   * Returns an index with a probability in proportion to its weight, or -1 if all are zero.
   *
   * @param weights None negative.
   */
  weightedIndex(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total <= 0) return -1;
    let remaining = this.uniform() * total;
    for (const [index, weight] of weights.entries()) {
      remaining -= weight;
      if (remaining < 0) return index;
    }
    return weights.findLastIndex((weight) => weight > 0); // rounding left a sliver
  }
}
