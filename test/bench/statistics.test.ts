import { expect, test } from 'vitest';
import { median, medianWithInterval, percentile } from '../../bench/statistics.ts';

test.each([
  [[7], 75, 7],
  [[9, 2, 4], 50, 4],
  [[8, 2, 5, 3], 50, 4],
  [[10, 20, 30, 40, 50], 75, 40],
  [[10, 20, 30, 40], 99, 39.7],
])('of %j, %i percent lie below %d', (values, percent, expected) => {
  expect(percentile(values, percent)).toBeCloseTo(expected, 10);
});

test('no values have no median', () => {
  expect(() => median([])).toThrow(/expected values to be at least one/);
});

test('a median’s interval holds it, and is wider the more values differ', () => {
  const near = medianWithInterval([11, 12, 12, 13, 13, 14, 15]);
  const far = medianWithInterval([-30, 2, 9, 13, 20, 41, 77]);
  expect([near.value, far.value]).toEqual([13, 13]);
  expect(near.low).toBeLessThan(13);
  expect(near.high).toBeGreaterThan(13);
  expect(far.high - far.low).toBeGreaterThan(near.high - near.low);
});
