import { expect, test } from 'vitest';
import {
  formatFixed,
  formatPercent,
  formatPoints,
  formatRatio,
  labelAblated,
  labelMetric,
  labelProfileLength,
} from '#trainer/evaluation/labels.ts';

test.each([
  [1234.5, 0, '1,235'],
  [-0.137, 2, '−0.14'],
  [-0.001, 2, '0.00'],
  [-12345.6, 1, '−12,345.6'],
  [Number.NaN, 2, '–'],
  [Number.POSITIVE_INFINITY, 3, '–'],
])('%d with %d digits reads %s', (value, digits, text) => {
  expect(formatFixed(value, digits)).toBe(text);
});

test('shares read as percent, differences as points with their sign, ratios as they are', () => {
  expect(formatPercent(0.55321)).toBe('55.32');
  expect(formatPoints({ value: 0.0316, low: -0.002, high: 0.0352 })).toBe('+3.16 (−0.20 to +3.52)');
  expect(formatRatio({ value: 1.0606, low: 0.9971, high: 1.0684 })).toBe('1.061 (0.997–1.068)');
});

test.each([
  ['recallAt20', 'sessions', 'Recall@20'],
  ['recallAt10', 'sequences', 'HR@10'],
  ['recallAt10', 'orders', 'Recall@10'],
  ['ndcgAt20', 'sequences', 'NDCG@20'],
  ['mrrAt10', 'orders', 'MRR@10'],
] as const)('%s of %s is called %s', (metric, protocol, name) => {
  expect(labelMetric(metric, protocol)).toBe(name);
});

test('parts of the blend and profile lengths have names', () => {
  expect(labelAblated({ kind: 'all' })).toBe('all terms');
  expect(labelAblated({ kind: 'without', term: 'text' })).toBe('without text');
  expect(labelAblated({ kind: 'alone', term: 'neighbors' })).toBe('neighbors alone');
  expect([1, 12, null].map(labelProfileLength)).toEqual(['up to 1 event', 'up to 12 events', 'longer']);
});
