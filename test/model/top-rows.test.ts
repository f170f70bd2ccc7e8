import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topRows } from '#model/top-rows.ts';

/** The obvious way: sort everything. */
function sortedRows(scores: Float32Array, count: number): number[] {
  return Array.from(scores, (score, row) => ({ score, row }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => (a.score === b.score ? a.row - b.row : b.score > a.score ? 1 : -1))
    .slice(0, count)
    .map(({ row }) => row);
}

describe('the top rows', () => {
  test.each([
    ['of many different scores', fc.float({ noNaN: true })],
    ['of many equal scores', fc.constantFrom(-2.5, 0, 0.5, 7, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)],
  ])('%s are the first ones of all rows sorted', (_, score) => {
    const cases = fc.tuple(fc.array(score, { maxLength: 80 }), fc.nat(90));
    fc.assert(
      fc.property(cases, ([list, count]) => {
        const scores = Float32Array.from(list);
        expect([...topRows(scores, count)]).toEqual(sortedRows(scores, count));
      }),
      { seed: 61, numRuns: 500 },
    );
  });

  test.each([
    ['rise', (row: number) => row / 3],
    ['fall', (row: number) => -row / 3],
    ['are all equal', () => 2.5],
    ['take few values', (row: number) => (row * 37) % 11],
    ['look random', (row: number) => Math.sin(row * row)],
  ])('of far more scores than asked for are the same when these %s', (_, scoreOf) => {
    const scores = Float32Array.from({ length: 3000 }, (_, row) => scoreOf(row));
    for (const count of [0, 1, 7, 300]) expect([...topRows(scores, count)]).toEqual(sortedRows(scores, count));
  });

  const SCORES = Float32Array.of(0.5, 7, Number.NEGATIVE_INFINITY, 7, -3, 0.5);
  test.each([
    ['the lower row first where scores are equal', 4, [1, 3, 0, 5]],
    ['the lower row alone where equal scores do not all fit', 3, [1, 3, 0]],
    ['all but those left out when more are asked for', 50, [1, 3, 0, 5, 4]],
    ['none when none are asked for', 0, []],
  ])('are %s', (_, count, expected) => {
    expect([...topRows(SCORES, count)]).toEqual(expected);
  });

  test('of no scores are none', () => {
    expect(topRows(new Float32Array(), 5)).toHaveLength(0);
  });

  test('are found without changing the scores', () => {
    const scores = SCORES.slice();
    topRows(scores, 3);
    expect(scores).toEqual(SCORES);
  });
});
