import { describe, expect, test } from 'vitest';
import { buildProfile, eventsBefore, gapBucket, kindIndex, type Profile } from '#model/profile.ts';
import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import { type ItemEventKind, SESSION_GAP_MS, type ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = 1_790_000_000_000;
/** What stands at the first event: no event before it is known. */
const NO_GAP = NUM_GAP_BUCKETS - 1;

const rowOf = (id: ItemId): number | undefined => ({ mug: 30, lamp: 41, chair: 52 })[id as string];
const about = (kind: ItemEventKind, id: string, afterMs = 0): ShopEvent => ({
  kind,
  itemId: id as ItemId,
  atMs: START_MS + afterMs,
});
const search = (query: string): ShopEvent => ({ kind: 'search', query, atMs: START_MS });

describe('a time gap', () => {
  test.each([
    [-5, 0],
    [MINUTE_MS - 1, 0],
    [MINUTE_MS, 1],
    [10 * MINUTE_MS - 1, 1],
    [10 * MINUTE_MS, 2],
    [HOUR_MS, 3],
    [6 * HOUR_MS, 4],
    [DAY_MS, 5],
    [3 * DAY_MS, 6],
    [7 * DAY_MS, 7],
    [30 * DAY_MS, 8],
    [90 * DAY_MS - 1, 8],
    [90 * DAY_MS, 9],
    [5000 * DAY_MS, 9],
  ])('of %d ms falls into bucket %d', (gapMs, bucket) => {
    expect(gapBucket(gapMs)).toBe(bucket);
  });
});

describe('a profile', () => {
  test('holds row, kind and gap of each item event, oldest first', () => {
    const events = [about('view', 'lamp'), about('add', 'mug', 20 * MINUTE_MS), about('purchase', 'lamp', 2 * DAY_MS)];
    const profile = buildProfile(events, { rowOf, maxEvents: 9 });
    expect([...profile.rows]).toEqual([41, 30, 41]);
    expect([...profile.kinds]).toEqual([0, 3, 4]);
    expect([...profile.gaps]).toEqual([NO_GAP, 2, 5]);
  });

  test('leaves out impressions and items that the model does not know, also from the gaps', () => {
    const events = [
      about('view', 'mug'),
      about('impression', 'lamp', 5 * MINUTE_MS),
      about('view', 'sofa', 6 * MINUTE_MS),
      about('select', 'chair', 2 * HOUR_MS),
    ];
    const profile = buildProfile(events, { rowOf, maxEvents: 9 });
    expect([...profile.rows]).toEqual([30, 52]);
    expect([...profile.kinds]).toEqual([kindIndex('view'), kindIndex('select')]);
    expect([...profile.gaps]).toEqual([NO_GAP, 3]);
  });

  test('keeps the last events, the first of them with the gap to the one before it', () => {
    const events = [
      about('view', 'mug'),
      about('view', 'lamp', 4 * DAY_MS),
      about('add', 'chair', 4 * DAY_MS + 2 * MINUTE_MS),
    ];
    const profile = buildProfile(events, { rowOf, maxEvents: 2 });
    expect([...profile.rows]).toEqual([41, 52]);
    expect([...profile.gaps]).toEqual([6, 1]);
  });

  test('holds no search that lies half an hour or more before the last event', () => {
    const [before, within] = [1_800_000, 1_799_999].map((earlierMs) => ({
      ...search('lamp'),
      atMs: START_MS - earlierMs,
    }));
    const last = about('view', 'mug');
    const lastMs = { ...last, atMs: START_MS };
    expect(buildProfile([before as ShopEvent, lastMs], { rowOf, maxEvents: 9 }).searches).toEqual([]);
    expect(buildProfile([within as ShopEvent, lastMs], { rowOf, maxEvents: 9 }).searches).toEqual([['lamp']]);
  });

  test('holds the words of the last three searches, latest first', () => {
    const events = [search('old chair'), search('Blue MUG'), about('view', 'mug'), search('lamp'), search('größe 38')];
    const { searches, rows } = buildProfile(events, { rowOf, maxEvents: 9 });
    expect(searches).toEqual([['größe', '38'], ['lamp'], ['blue', 'mug']]);
    expect([...rows]).toEqual([30]);
  });

  test('of no events is empty', () => {
    expect(buildProfile([], { rowOf, maxEvents: 9 })).toEqual({
      rows: new Uint32Array(),
      kinds: new Uint8Array(),
      gaps: new Uint8Array(),
      visitsAgo: new Uint8Array(),
      searches: [],
    });
  });
});

describe('how many visits ago an event lies', () => {
  const visitsAgoOf = (events: readonly ShopEvent[], maxEvents = 999) => [
    ...buildProfile(events, { rowOf, maxEvents }).visitsAgo,
  ];

  test('is counted back from the last event, whose visit has all events less than half an hour apart', () => {
    const events = [
      about('view', 'mug'),
      about('view', 'lamp', 3 * DAY_MS),
      about('add', 'lamp', 3 * DAY_MS + 25 * MINUTE_MS),
      about('view', 'mug', 9 * DAY_MS),
      about('view', 'chair', 9 * DAY_MS + 20 * MINUTE_MS),
      about('purchase', 'chair', 9 * DAY_MS + 45 * MINUTE_MS),
    ];
    expect(visitsAgoOf(events)).toEqual([2, 1, 1, 0, 0, 0]);
    expect(visitsAgoOf(events, 4)).toEqual([1, 0, 0, 0]);
  });

  test.each([
    ['a gap just under half an hour ends no visit', SESSION_GAP_MS - 1, [0, 0]],
    ['a gap of exactly half an hour ends one', SESSION_GAP_MS, [1, 0]],
    ['a clock set back ends none', -DAY_MS, [0, 0]],
  ])('%s', (_, gapMs, expected) => {
    expect(visitsAgoOf([about('view', 'mug'), about('view', 'lamp', gapMs)])).toEqual(expected);
  });

  test('takes no notice of items that the model does not know, of impressions and of searches', () => {
    const events = [
      about('view', 'sofa', -2 * DAY_MS),
      about('view', 'mug'),
      about('view', 'sofa', 12 * MINUTE_MS),
      about('impression', 'chair', 14 * MINUTE_MS),
      { ...search('lamp'), atMs: START_MS + 16 * MINUTE_MS },
      about('view', 'lamp', 28 * MINUTE_MS),
      about('view', 'sofa', 2 * DAY_MS),
    ];
    expect(visitsAgoOf(events)).toEqual([0, 0]);
  });

  test('is counted without items that the model does not know: they hold no visit together', () => {
    const events = [about('view', 'mug'), about('view', 'sofa', 20 * MINUTE_MS), about('view', 'lamp', 40 * MINUTE_MS)];
    expect(visitsAgoOf(events)).toEqual([1, 0]);
  });

  test('is 255 where it is more', () => {
    const events = Array.from({ length: 300 }, (_, day) => about('view', 'mug', day * DAY_MS));
    const visitsAgo = visitsAgoOf(events);
    expect(visitsAgo.slice(0, 47)).toEqual([...Array(45).fill(255), 254, 253]);
    expect(visitsAgo.slice(-2)).toEqual([1, 0]);
  });
});

describe('what the encoder reads of a profile', () => {
  const events = ['mug', 'lamp', 'chair', 'lamp', 'mug'].map((id, t) =>
    about(t % 2 ? 'add' : 'view', id, t * t * 7 * MINUTE_MS),
  );
  const profile = buildProfile(events, { rowOf, maxEvents: 9 });
  const lists = ({ rows, kinds, gaps }: Pick<Profile, 'rows' | 'kinds' | 'gaps'>) => [[...rows], [...kinds], [...gaps]];

  test.each([
    ['the last ones', 5, 3, [52, 41, 30], [0, 3, 0], [2, 2, 2]],
    ['those before a position', 4, 2, [52, 41], [0, 3], [2, 2]],
    ['all of them where there are fewer', 2, 4, [30, 41], [0, 3], [NO_GAP, 1]],
    ['none before the first', 0, 4, [], [], []],
  ])('are %s', (_, end, maxEvents, ...expected) => {
    expect(lists(eventsBefore(profile, end, maxEvents))).toEqual(expected);
  });
});
