import { describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { itemTransitionsBaseline, popularBaseline, recentPopularBaseline } from '#trainer/baselines.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { basket, DAY_MS, datasetOf, START_MS } from './dataset-fixture.ts';

const DATASET = datasetOf(6, [
  basket('ann', [2, 3], 0),
  basket('bob', [3, 4], 1),
  basket('ann', [4, 2], 20),
  basket('cem', [3, 4, 2], 22),
]);

const caseAfter = (...rows: number[]): TestCase => ({
  customer: 'dee',
  events: rows.map((row) => ({ kind: 'purchase', itemId: `item-${row}` as ItemId, atMs: START_MS })),
  targets: [5],
  hasHistory: true,
});

describe('a baseline', () => {
  test('of popularity scores each item by its orders', async () => {
    expect([...(await popularBaseline(DATASET)(caseAfter(2)))]).toEqual([0, 0, 3, 3, 3, 0]);
  });

  test('of late popularity counts the latest orders alone', async () => {
    expect([...(await recentPopularBaseline(DATASET, 3 * DAY_MS)(caseAfter(2)))]).toEqual([0, 0, 2, 1, 2, 0]);
    expect([...(await recentPopularBaseline(DATASET, 2 * DAY_MS)(caseAfter(2)))]).toEqual([0, 0, 2, 1, 2, 0]);
    expect([...(await recentPopularBaseline(DATASET, DAY_MS)(caseAfter(2)))]).toEqual([0, 0, 1, 1, 1, 0]);
  });

  test('of transitions counts what came next after the last item, also in the next order; popularity breaks ties', async () => {
    // After 3 came 4 for Bob, for Cem, and for Ann in her next order; after 4 came 2 for Ann and for Cem.
    const recommend = itemTransitionsBaseline(DATASET);
    expect([...(await recommend(caseAfter(2, 3)))]).toEqual([0, 0, 0.5, 0.5, 3.5, 0]);
    expect([...(await recommend(caseAfter(3, 4)))]).toEqual([0, 0, 2.5, 0.5, 0.5, 0]);
  });

  test('of transitions falls back to popularity for an item that nobody went on from, and for no item', async () => {
    const recommend = itemTransitionsBaseline(DATASET);
    const popular = [0, 0, 0.5, 0.5, 0.5, 0];
    expect([...(await recommend(caseAfter(5)))]).toEqual(popular);
    expect([...(await recommend(caseAfter()))]).toEqual(popular);
  });

  test('of transitions reads the last item past a search', async () => {
    const recommend = itemTransitionsBaseline(DATASET);
    const { events, ...rest } = caseAfter(3);
    const searched: TestCase = { ...rest, events: [...events, { kind: 'search', query: 'mug', atMs: START_MS }] };
    expect(await recommend(searched)).toEqual(await recommend(caseAfter(3)));
  });
});
