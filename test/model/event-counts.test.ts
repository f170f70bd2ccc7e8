import { expect, test } from 'vitest';
import { eventCounts } from '#model/event-counts.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const NOW_MS = 1_900_000_000_000;
const task = { ...sampleTask('metrics'), windowMs: 5000 };
const itemId = 'cup' as ItemId;
const at = (kind: 'view' | 'impression' | 'select' | 'add' | 'purchase', agoMs: number): ShopEvent => ({
  kind,
  itemId,
  atMs: NOW_MS - agoMs,
});

test('events of the window are counted by kind, in the order of the sum', () => {
  const search: ShopEvent = { kind: 'search', query: 'blue cup', atMs: NOW_MS - 3 };
  const events = [at('purchase', 4999), at('view', 4000), at('view', 10), at('add', 9), search, at('impression', 2)];
  expect(eventCounts(events, { task, nowMs: NOW_MS })).toEqual([2, 1, 0, 1, 1, 1]);
});

test('events before the window count nothing', () => {
  expect(eventCounts([at('view', 5000), at('select', 80_000)], { task, nowMs: NOW_MS })).toEqual([0, 0, 0, 0, 0, 0]);
});

test('no count is above the most that the task proves', () => {
  const many = new Array<ShopEvent>(40).fill(at('view', 7));
  expect(eventCounts(many, { task, nowMs: NOW_MS })).toEqual([15, 0, 0, 0, 0, 0]);
});
