import { describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import { buildProfile } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import { rankBucket, shadowCell } from '#model/shadow-cell.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { randomModel, type TestModel } from './random-model.ts';

const NUM_ITEMS = 60;
const START_MS = 1_790_000_000_000;
const rowOf = (id: ItemId): number | undefined => (id.startsWith('item-') ? Number(id.slice(5)) : undefined);
const historyOf = (...rows: number[]): ShopEvent[] =>
  rows.map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: START_MS + t * 60_000 }));

const [current, candidate] = [randomModel(31, { numItems: NUM_ITEMS }), randomModel(32, { numItems: NUM_ITEMS })];
const cellOf = (events: readonly ShopEvent[], judged: TestModel = candidate) =>
  shadowCell(events, { current: { model: current, rowOf }, candidate: { model: judged, rowOf } });

/** The rows of a model's whole ranking after a history. */
async function ranking(model: TestModel, events: readonly ShopEvent[]): Promise<number[]> {
  const profile = buildProfile(events, { rowOf, maxEvents: 200 });
  return Array.from((await scoreItems(model, createJsScorer(model.items), profile).best(NUM_ITEMS)).rows);
}

describe('rankBucket', () => {
  test.each([
    [0, 0],
    [1, 1],
    [4, 1],
    [5, 2],
    [9, 2],
    [10, 3],
    [19, 3],
    [20, 4],
    [Number.POSITIVE_INFINITY, 4],
  ])('of rank %d is %d', (rank, bucket) => {
    expect(rankBucket(rank)).toBe(bucket);
  });
});

describe('shadowCell', () => {
  test('is the pair of buckets that the item chosen last has in both rankings before it', async () => {
    const before = historyOf(7, 30, 12);
    const [ours, theirs] = [await ranking(current, before), await ranking(candidate, before)];
    for (const [rank, next] of ours.entries()) {
      const expected = 5 * rankBucket(rank) + rankBucket(theirs.indexOf(next));
      expect(await cellOf([...before, ...historyOf(next)])).toBe(expected);
    }
  });

  test('asks about the latest choice, whatever was seen or searched for after it', async () => {
    const events = historyOf(7, 30, 12, 41);
    const seen: ShopEvent = { kind: 'impression', itemId: 'item-9' as ItemId, atMs: START_MS + 300_000 };
    const search: ShopEvent = { kind: 'search', query: 'lamp', atMs: START_MS + 400_000 };
    expect(await cellOf([...events, seen, search])).toBe(await cellOf(events));
  });

  test.each([
    ['a bundle that shows no items yet', Number.NEGATIVE_INFINITY],
    ['merchants whose rules lift items', 7.5],
  ])('ranks all items by the model alone, here of %s', async (_, lift) => {
    const lifts = Float32Array.from({ length: NUM_ITEMS }, (_, row) => (row % 5 === 3 ? 0 : lift));
    const lifted = { ...candidate, items: { ...candidate.items, lifts } };
    for (let next = 0; next < NUM_ITEMS; next++) {
      const events = historyOf(7, 30, 12, next);
      expect(await cellOf(events, lifted)).toBe(await cellOf(events));
    }
  });

  test.each([
    ['is empty', []],
    ['has one choice', historyOf(5)],
  ])('is the last one where the history %s', async (_, events) => {
    expect(await cellOf(events)).toBe(25);
  });

  test('is the last one where the device has taught the model that choice', async () => {
    const events = historyOf(7, 30, 12);
    const { atMs } = events.at(-1) as ShopEvent;
    const models = { current: { model: current, rowOf }, candidate: { model: candidate, rowOf } };
    expect(await shadowCell(events, { ...models, learnedUntilMs: atMs })).toBe(25);
    expect(await shadowCell(events, { ...models, learnedUntilMs: atMs - 1 })).toBe(await cellOf(events));
  });

  test('has an item that a model does not know in its last bucket', async () => {
    const unknown: ShopEvent = { kind: 'view', itemId: 'new' as ItemId, atMs: START_MS + 900_000 };
    expect(await cellOf([...historyOf(7, 30), unknown])).toBe(24);
  });
});
