import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ITEM_EVENT_KINDS, SESSION_GAP_MS, ShopEventSchema } from '#protocol/event.ts';

const AT_MS = 1_790_000_000_000;

describe('an event', () => {
  test.each(ITEM_EVENT_KINDS)('may be the %s of an item', (kind) => {
    const event = { kind, itemId: 'mug-3', atMs: AT_MS };
    expect(v.parse(ShopEventSchema, event)).toEqual(event);
  });

  test('may be a search, read without the space around it', () => {
    const event = { kind: 'search', query: ' blue mug ', atMs: AT_MS };
    expect(v.parse(ShopEventSchema, event)).toEqual({ ...event, query: 'blue mug' });
  });

  test('is read without the fields that a later release added', () => {
    const event = { kind: 'view', itemId: 'mug-3', atMs: AT_MS };
    expect(v.parse(ShopEventSchema, { ...event, page: 'home' })).toEqual(event);
  });

  test.each([
    ['an unknown kind', { kind: 'hover', itemId: 'mug-3', atMs: AT_MS }],
    ['no item', { kind: 'view', atMs: AT_MS }],
    ['a time in fractions', { kind: 'view', itemId: 'mug-3', atMs: 2.5 }],
    ['an empty search', { kind: 'search', query: '  ', atMs: AT_MS }],
    ['a search of more than 200 characters', { kind: 'search', query: 'm'.repeat(201), atMs: AT_MS }],
  ])('is refused with %s', (_, event) => {
    expect(v.is(ShopEventSchema, event)).toBe(false);
  });

  test('keeps the place of its kind: the encoder was trained with it', () => {
    expect(ITEM_EVENT_KINDS).toEqual(['view', 'impression', 'select', 'add', 'purchase']);
  });

  test('ends its session after half an hour', () => {
    expect(SESSION_GAP_MS).toBe(1_800_000);
  });
});
