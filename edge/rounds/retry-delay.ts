const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 5 * 60 * 1000;

/**
 * How long to wait before the next attempt: doubling from a second up to five minutes, less up to
 * half of it by chance, so that rounds that failed together don't come back together.
 *
 * @param numFailures Failed attempts in a row, at least 1.
 * @param fraction Uniform in 0…1.
 */
export function retryDelayMs(numFailures: number, fraction: number = Math.random()): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (numFailures - 1));
  return longest * (1 - fraction / 2);
}
