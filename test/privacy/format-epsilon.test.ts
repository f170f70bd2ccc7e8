import { expect, test } from 'vitest';
import { formatEpsilon } from '#privacy/format-epsilon.ts';

test.each([
  [0, '0.00'],
  [4, '4.00'],
  [4.0000000001, '4.00'],
  [4.9431, '4.95'],
  [7.371, '7.38'],
])('epsilon %d is told as %s, rounded up', (epsilon, text) => {
  expect(formatEpsilon(epsilon)).toBe(text);
});
