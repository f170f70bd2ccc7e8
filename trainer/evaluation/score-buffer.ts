/** Largest share of the best score that popularity adds: enough to order equal scores, too little for others. */
export const TIE_BREAK = 1e-5;

/** A place to add up one case's scores. */
export interface ScoreBuffer {
  /** `[N]`, at least 0; all 0 to begin with. */
  readonly sums: Float64Array;
  /**
   * Scores of the sums: each by the largest, equal ones ordered by popularity. Sets the sums back to 0.
   *
   * @returns `[N]`, the same array each time: read it before the next case.
   */
  readonly toScores: () => Float32Array;
}

/** @param popularity `[N]`, at least 0. */
export function makeScoreBuffer(popularity: Float64Array): ScoreBuffer {
  const top = popularity.reduce((largest, count) => Math.max(largest, count), 0) || 1;
  const ties = popularity.map((count) => (TIE_BREAK * Math.log1p(count)) / Math.log1p(top));
  const sums = new Float64Array(popularity.length);
  const scores = new Float32Array(popularity.length);
  return {
    sums,
    toScores: () => {
      let best = 0;
      for (let row = 0; row < sums.length; row++) best = Math.max(best, sums[row] as number);
      const scale = best > 0 ? 1 / best : 0;
      for (let row = 0; row < sums.length; row++) scores[row] = (sums[row] as number) * scale + (ties[row] as number);
      sums.fill(0);
      return scores;
    },
  };
}
