import { expect, test } from 'vitest';
import { CONFIG } from '#trainer/config.ts';
import { latestOrders } from '#trainer/latest-orders.ts';
import { basket, datasetOf } from './dataset-fixture.ts';

test('the latest tenth of the orders are cases, what lies before them is known', () => {
  expect(CONFIG.validationShare).toBe(0.1);
  const baskets = Array.from({ length: 40 }, (_, day) => basket(`c${day % 7}`, [day % 9, 9 + (day % 4)], day));
  const { before, cases } = latestOrders(datasetOf(13, baskets));
  expect(before).toEqual(baskets.slice(0, 36));
  expect(cases.map(({ customer }) => customer)).toEqual(baskets.slice(36).map(({ customer }) => customer));
  expect(cases.map(({ targets }) => targets)).toEqual(baskets.slice(36).map(({ rows }) => rows.slice(1)));
});

test('orders of the very moment of the first case are none of what is known', () => {
  const baskets = Array.from({ length: 40 }, (_, i) => basket(`c${i}`, [2, 3], Math.floor(i / 8)));
  const { before, cases } = latestOrders(datasetOf(4, baskets));
  expect(before).toEqual(baskets.slice(0, 32));
  expect(cases).toHaveLength(8);
});

test('of a single order there is a case and nothing known, of none neither', () => {
  const { before, cases } = latestOrders(datasetOf(4, [basket('ann', [2, 3])]));
  expect(before).toEqual([]);
  expect(cases).toHaveLength(1);
  expect(latestOrders(datasetOf(4, []))).toEqual({ before: [], cases: [] });
});

test('orders of a single item are asked for where few have two, after what their customer ordered before', () => {
  const singles = Array.from({ length: 100 }, (_, day) => basket(`c${day % 7}`, [day % 9], day));
  const { cases } = latestOrders(datasetOf(9, singles));
  expect(cases.map(({ targets }) => targets)).toEqual(singles.slice(90).map(({ rows }) => rows));
  expect(cases[0]?.events).toHaveLength(12); // days 6, 13 … 83

  const pairs = Array.from({ length: 4500 }, (_, i) => basket(`c${i % 7}`, i % 10 === 0 ? [2] : [i % 9, 9], i));
  const asked = latestOrders(datasetOf(10, pairs)).cases;
  expect(asked).toHaveLength(405);
});
