import { expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { latestRows } from '#trainer/evaluation/case-rows.ts';
import { DAY_MS, START_MS } from '../dataset-fixture.ts';
import { caseAfter } from './baseline-fixture.ts';

const rowOf = (id: ItemId) => (id === 'item-9' ? undefined : Number(id.slice('item-'.length)));
const { events } = caseAfter([2, 3], [4], [9, 3, 5]);

test.each([
  [1, [5, 3]],
  [2, [5, 3, 4]],
  [3, [5, 3, 4, 3, 2]],
  [Number.POSITIVE_INFINITY, [5, 3, 4, 3, 2]],
])('of the latest %d baskets come the known items, latest first', (numBaskets, rows) => {
  expect(latestRows(events, rowOf, numBaskets)).toEqual(rows);
});

test('a search is no basket', () => {
  const search = { kind: 'search' as const, query: 'mug', atMs: START_MS + 950 * DAY_MS };
  expect(latestRows([...events, search], rowOf, 1)).toEqual([5, 3]);
});
