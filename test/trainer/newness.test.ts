import { describe, expect, test } from 'vitest';
import { measureNewness } from '#trainer/newness.ts';
import { DAY_MS } from './dataset-fixture.ts';

const NOW_MS = 1_700_000_000_000;

/** Newness of items listed so many days ago, each had by so many customers. */
function newnessOf(days: readonly (number | undefined)[], customers = days.map(() => 0)): number[] {
  const items = days.map((ago) => (ago === undefined ? {} : { addedAtMs: NOW_MS - ago * DAY_MS }));
  return [...measureNewness(items, { customers: Uint32Array.from(customers), minCustomers: 5, nowMs: NOW_MS })];
}

describe('newness', () => {
  test('falls over thirty days', () => {
    expect(newnessOf([0, 6, 15, 29, 30, 400])).toEqual([255, 204, 128, 8, 0, 0]);
  });

  test('is the same at all times of a day', () => {
    const startOfDayMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS;
    const at = (nowMs: number) =>
      measureNewness([{ addedAtMs: NOW_MS - 6 * DAY_MS }], {
        customers: new Uint32Array(1),
        minCustomers: 5,
        nowMs,
      })[0];
    expect([at(startOfDayMs), at(startOfDayMs + DAY_MS - 1)]).toEqual([204, 204]);
  });

  test('is full for an item that is announced for later', () => {
    expect(newnessOf([-20])).toEqual([255]);
  });

  test('is 0 for an item that comes after the last day asked about', () => {
    const items = [-1, 0, 1].map((days) => ({ addedAtMs: NOW_MS + days * DAY_MS }));
    const newness = measureNewness(items, {
      customers: new Uint32Array(3),
      minCustomers: 5,
      nowMs: NOW_MS,
      untilMs: NOW_MS,
    });
    expect([...newness]).toEqual([247, 255, 0]);
  });

  test('is 0 where the day is unknown', () => {
    expect(newnessOf([undefined, 0])).toEqual([0, 255]);
  });

  test('ends with the customer who gives an item a popularity, and says nothing of those before', () => {
    expect(newnessOf([0, 0, 0, 0], [0, 1, 4, 5])).toEqual([255, 255, 255, 0]);
  });

  test('is kept for the newest 2,000 items', () => {
    const newness = newnessOf(Array.from({ length: 2500 }, (_, row) => (2500 - row) / 100));
    expect(newness.findIndex((value) => value > 0)).toBe(500);
    expect(newness.filter((value) => value > 0)).toHaveLength(2000);
  });
});
