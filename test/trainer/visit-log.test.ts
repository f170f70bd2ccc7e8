import { describe, expect, test } from 'vitest';
import { visitLogOf } from '#trainer/visit-log.ts';
import { basket, DAY_MS } from './dataset-fixture.ts';

const MINUTE = 1 / (24 * 60);

describe('a visit log', () => {
  const log = visitLogOf(
    [
      basket('ann', [7, 3], 2),
      basket('bob', [5], 2 + 5 * MINUTE),
      basket('ann', [4], 2 + 29 * MINUTE),
      basket('bob', [5, 6], 2 + 40 * MINUTE),
      basket('ann', [3], 2 + 50 * MINUTE),
      basket('ann', [1], 10),
    ],
    9,
  );

  test('has the events by customer and time', () => {
    expect(log.numItems).toBe(9);
    expect([...log.rows]).toEqual([7, 3, 4, 3, 1, 5, 5, 6]);
  });

  test('cuts a customer’s events where half an hour or more lies between', () => {
    // Ann's first three orders lie 29 and 21 minutes apart, Bob's two 35.
    expect([...log.visitStarts]).toEqual([0, 4, 5, 6, 8]);
    expect([...log.customerStarts]).toEqual([0, 2, 4]);
  });

  test('says when each visit began, 0 at the log’s start and 1 at its end', () => {
    const ages = [0, 8, 5 * MINUTE, 40 * MINUTE].map((days) => days / 8);
    expect([...log.ages]).toEqual(ages.map((age) => expect.closeTo(age, 6)));
  });

  test('cuts at exactly half an hour', () => {
    const [first, last] = [basket('ann', [2], 0), basket('ann', [3], 0)];
    const later = (byMs: number) => visitLogOf([first, { ...last, atMs: last.atMs + byMs }], 4);
    expect(later(DAY_MS / 48).visitStarts).toHaveLength(3);
    expect(later(DAY_MS / 48 - 1).visitStarts).toHaveLength(2);
  });

  test('of a single moment lies at its end', () => {
    expect([...visitLogOf([basket('ann', [2, 3]), basket('bob', [2])], 4).ages]).toEqual([1, 1]);
  });

  test('of nothing has no visit and no customer', () => {
    const empty = visitLogOf([], 4);
    expect([...empty.visitStarts, ...empty.customerStarts, ...empty.ages, ...empty.rows]).toEqual([0, 0]);
  });
});
