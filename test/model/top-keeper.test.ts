import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTopKeeper } from '#model/top-keeper.ts';

test('keeps what sorting everything would put first, of equal scores the lower row', () => {
  const scores = fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 900 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 0, max: 50 }), (list, count) => {
      const keeper = createTopKeeper(count);
      list.forEach((score, i) => {
        keeper.offer(3 * i, score / 7);
      });
      const sorted = [...list.keys()].sort((a, b) => (list[b] as number) - (list[a] as number) || a - b);
      expect(keeper.rows()).toEqual(sorted.slice(0, count).map((i) => 3 * i));
    }),
    { seed: 540, numRuns: 150 },
  );
});

test('of rows that score what the last one kept does, the earlier one stays', () => {
  const keeper = createTopKeeper(2);
  for (let row = 0; row < 400; row++) keeper.offer(row, row < 3 ? 5 - row : 1);
  expect(keeper.rows()).toEqual([0, 1]);
  keeper.offer(500, 4);
  keeper.offer(501, 4.5);
  expect(keeper.rows()).toEqual([0, 501]);
});

test('never keeps a row at −Infinity', () => {
  const keeper = createTopKeeper(3);
  keeper.offer(7, Number.NEGATIVE_INFINITY);
  keeper.offer(8, -1e30);
  expect(keeper.rows()).toEqual([8]);
});
