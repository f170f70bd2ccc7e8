import { expect, test } from 'vitest';
import { coherenceOf } from '#trainer/coherence-of-records.ts';

test('updates that share one direction in part are as alike as its product says', () => {
  // Each of length 5: 3 along a common axis and 4 along one of its own, so a product is 9 of 25.
  const sum = Float64Array.of(3 * 7, ...Array.from({ length: 7 }, () => 4));
  expect(coherenceOf(sum, { count: 7, clipNorm: 5 })).toBeCloseTo(9 / 25, 12);
});

test('updates that have nothing to do with each other, or are opposed, are not alike', () => {
  expect(coherenceOf(Float64Array.of(5, 5, 5), { count: 3, clipNorm: 5 })).toBeCloseTo(0, 12);
  expect(coherenceOf(Float64Array.of(0.5, 0), { count: 3, clipNorm: 5 })).toBe(0);
});

test('one update says nothing of how alike they are, so no bound follows', () => {
  expect(coherenceOf(Float64Array.of(5), { count: 1, clipNorm: 5 })).toBe(1);
});
