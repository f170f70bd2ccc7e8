import { expect, test } from 'vitest';
import { bestCandidate, matchedRows, rowLengths, topOf } from '../../../bench/attacks/items-in-update.ts';

// Three groups, rank 2.
const SEEN = Float64Array.of(3, -4, 0.6, 0.8, -9, 0);

test('rows are measured by their length', () => {
  expect([...rowLengths(SEEN, 2)]).toEqual([5, 1, 9]);
});

test('a matched filter takes what points away from all sessions for no item', () => {
  const directions = [Float64Array.of(0.6, -0.8), Float64Array.of(0.8, 0.6)];
  const [first, second, third] = matchedRows(SEEN, directions, 2);
  expect(first).toBeCloseTo(5, 12);
  expect(second).toBeCloseTo(0.96, 12);
  expect(third).toBeCloseTo(-5.4, 12);
});

test('the candidate that fits best is the one with the largest product', () => {
  const candidates = [Float64Array.of(0, 0, 0, 0, 5, 0), Float64Array.of(1, -1, 0, 0, 0, 0), SEEN];
  expect(bestCandidate(SEEN, candidates)).toBe(2);
  expect(bestCandidate(SEEN, candidates.slice(0, 2))).toBe(1);
});

test('the top holds the largest values, largest first', () => {
  expect(topOf([4, 9, -2, 7], 3)).toEqual([1, 3, 0]);
});
