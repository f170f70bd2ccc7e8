import { expect, test } from 'vitest';
import { retryDelayMs } from '#edge/rounds/retry-delay.ts';

test.each([
  [1, 0, 1000],
  [1, 1, 500],
  [4, 0.5, 6000],
  [9, 0, 256_000],
  [10, 0, 300_000],
  [5000, 0.25, 262_500],
])('after %i failures with chance %d it waits %i ms', (numFailures, fraction, delayMs) => {
  expect(retryDelayMs(numFailures, fraction)).toBe(delayMs);
});
