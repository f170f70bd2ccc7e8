import { expect, test } from 'vitest';
import { ranksOnList } from '#trainer/list-ranks.ts';

test('a row has its place on the list, from 0, and none elsewhere', () => {
  expect(ranksOnList(Uint32Array.of(7, 2, 9), [9, 4, 7])).toEqual([2, Number.POSITIVE_INFINITY, 0]);
});
