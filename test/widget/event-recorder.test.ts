import { beforeEach, describe, expect, test } from 'vitest';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { createEventRecorder, type EventRecorder } from '#widget/event-recorder.ts';
import { readTracked } from '#widget/page-events.ts';

const KNOWN = new Set(['mug-4', 'lamp-2']);

let stored: ShopEvent[];
let recorder: EventRecorder;
let address: string;
let nowMs: number;

beforeEach(() => {
  stored = [];
  address = '/p/4';
  nowMs = 1_900_000_000_000;
  recorder = createEventRecorder({
    append: async (event) => void stored.push(event),
    address: () => address,
    now: () => nowMs,
  });
});

function open() {
  return recorder.open(async (candidates) => candidates.find((id) => KNOWN.has(id)) as ItemId | undefined);
}

describe('events that come before the model', () => {
  test('are stored, in order and with the time they happened, once the catalog can name their items', async () => {
    await recorder.note({ kind: 'view', candidates: ['https://shop.example/p/4', 'mug-4'] });
    nowMs += 2500;
    await recorder.note({ kind: 'search', query: 'lamp' });
    expect(stored).toEqual([]);
    nowMs += 9000;
    await open();
    expect(stored).toEqual([
      { kind: 'view', itemId: 'mug-4', atMs: 1_900_000_000_000 },
      { kind: 'search', query: 'lamp', atMs: 1_900_000_002_500 },
    ]);
  });

  test('are stored under their likeliest name if the page is left first', async () => {
    await recorder.note({ kind: 'view', candidates: ['mug-4', 'P4'] });
    await recorder.flush();
    expect(stored).toEqual([{ kind: 'view', itemId: 'mug-4', atMs: nowMs }]);
  });
});

describe('an event that waits for the catalog’s answer when the page is left', () => {
  test('is stored under its likeliest name, and once, even if the answer still comes', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<ItemId | undefined>();
    await recorder.open(() => answer);
    const noted = recorder.note({ kind: 'add', candidates: ['mug-4'] });
    await recorder.flush();
    expect(stored).toEqual([{ kind: 'add', itemId: 'mug-4', atMs: nowMs }]);
    resolve('mug-4' as ItemId);
    await noted;
    await recorder.flush();
    expect(stored.length).toBe(1);
  });

  test('is handed to storage before anything is awaited, like all the others', async () => {
    await recorder.note({ kind: 'view', candidates: ['mug-4'] });
    await recorder.note({ kind: 'add', candidates: ['lamp-2'] });
    void recorder.flush();
    expect(stored.map(({ kind }) => kind)).toEqual(['view', 'add']);
  });
});

describe('one thing told twice', () => {
  test('the same view from structured data and analytics is stored once', async () => {
    await open();
    await recorder.note({ kind: 'view', candidates: ['P4', 'mug-4'] });
    await recorder.note({ kind: 'view', candidates: ['mug-4'] });
    expect(stored.length).toBe(1);
  });

  test('the same view at another address is another view', async () => {
    await open();
    await recorder.note({ kind: 'view', candidates: ['mug-4'] });
    address = '/p/4?color=red';
    await recorder.note({ kind: 'view', candidates: ['mug-4'] });
    expect(stored.length).toBe(2);
  });

  test('an item added twice was added twice', async () => {
    await open();
    await recorder.note({ kind: 'add', candidates: ['mug-4'] });
    await recorder.note({ kind: 'add', candidates: ['mug-4'] });
    expect(stored.map(({ kind }) => kind)).toEqual(['add', 'add']);
  });
});

test('an item that the catalog does not know is not stored', async () => {
  await open();
  await recorder.note({ kind: 'view', candidates: ['chair-9'] });
  expect(stored).toEqual([]);
});

test('a query longer than any search is not stored', async () => {
  await open();
  await recorder.note({ kind: 'search', query: 'x'.repeat(201) });
  expect(stored).toEqual([]);
});

test.each([
  [
    { kind: 'view', itemId: 'mug-4' },
    { kind: 'view', candidates: ['mug-4'] },
  ],
  [
    { kind: 'search', query: 'mug' },
    { kind: 'search', query: 'mug' },
  ],
  [{ kind: 'view' }, undefined],
  [{ kind: 'steal', itemId: 'mug-4' }, undefined],
  ['view', undefined],
])('track(%j) is read as %j', (tracked, event) => {
  expect(readTracked(tracked)).toEqual(event);
});
