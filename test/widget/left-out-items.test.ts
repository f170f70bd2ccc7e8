import { expect, test } from 'vitest';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { leftOutItems, PURCHASE_REST_MS } from '#widget/left-out-items.ts';

const NOW_MS = 1_900_000_000_000;
const MINUTE_MS = 60_000;

function event(kind: 'view' | 'add' | 'purchase', itemId: string, agoMs: number): ShopEvent {
  return { kind, itemId: itemId as ItemId, atMs: NOW_MS - agoMs };
}

const cases: [name: string, events: ShopEvent[], leftOut: string[]][] = [
  ['an item in the cart', [event('add', 'mug', 5 * MINUTE_MS)], ['mug']],
  ['an item only looked at stays', [event('view', 'mug', 5 * MINUTE_MS)], []],
  [
    'an item added in a session that a view has kept alive',
    [event('add', 'mug', 50 * MINUTE_MS), event('view', 'lamp', 25 * MINUTE_MS)],
    ['mug'],
  ],
  ['an item added in an earlier session stays', [event('add', 'mug', 31 * MINUTE_MS)], []],
  ['an item bought a while ago', [event('purchase', 'mug', PURCHASE_REST_MS - 1)], ['mug']],
  ['an item bought long ago stays', [event('purchase', 'mug', PURCHASE_REST_MS)], []],
];

test.each(cases)('left out: %s', (_name, events, leftOut) => {
  expect([...leftOutItems(events, NOW_MS)]).toEqual(leftOut);
});
