/** Epsilon as people are told it: with two decimals, never less than it is (but for rounding errors). */
export function formatEpsilon(epsilon: number): string {
  return (Math.ceil(100 * epsilon - 1e-6) / 100).toFixed(2);
}
