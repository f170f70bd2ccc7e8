import { describe, expect, test } from 'vitest';
import { type HistoryScores, type HistoryTerms, historyScores } from '#model/history-scores.ts';
import { listsOf } from '#trainer/neighbor-entries.ts';
import { randomModel } from './random-model.ts';

const MODEL = randomModel(301);
const { numItems, recall } = MODEL.config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const isNew = (row: number): boolean => MODEL.popularity.newness[row] !== 0;

/** An item and how many visits ago it was looked at. */
type Event = readonly [row: number, visitsAgo: number];

const profileOf = (events: readonly Event[]) => ({
  rows: Uint32Array.from(events, ([row]) => row),
  visitsAgo: Uint8Array.from(events, ([, visitsAgo]) => visitsAgo),
});

/** The weight of one item in another's list, 0 if it is not there. */
function weightIn(row: number, item: number): number {
  const { offsets, rows, weights } = MODEL.neighbors;
  const list = [...rows].slice(offsets[row], offsets[row + 1]);
  if (!list.includes(item)) return 0;
  const share = (weights[(offsets[row] as number) + list.indexOf(item)] as number) / 255;
  return share * share;
}

/** How many events of a visit were about items of the last one, less the longer it was. */
function likenessOf(visitsAgo: number, events: readonly Event[]): number {
  const visit = events.filter(([, ago]) => ago === visitsAgo);
  const said = visit.map(([row]) => {
    const here = events.findLastIndex(([other, ago]) => other === row && ago === 0);
    return here === -1 ? 0 : 0.9 ** (events.length - 1 - here);
  });
  return said.reduce((sum, value) => sum + value, 0) / visit.length ** 0.75;
}

/** One term of the items `0 … count − 1`. */
function termOf(scores: HistoryScores, term: keyof HistoryTerms, count = numItems): number[] {
  return Array.from({ length: count }, (_, row) => scores.get(row)?.[term] ?? 0);
}

/** Item by item, event by event: what each event says of the item. */
function slowScores(events: readonly Event[]) {
  const sumOf = (said: (event: Event, age: number, item: number) => number) =>
    ROWS.map((item) => events.reduce((sum, event, t) => sum + said(event, events.length - 1 - t, item), 0));
  /** What an earlier visit's event about the item itself counts, times `factor`. */
  const hadBefore = (factor: (visitsAgo: number) => number) =>
    sumOf(([row, visitsAgo], _, item) =>
      row === item && visitsAgo > 0 ? recall.visitDecay ** (visitsAgo - 1) * factor(visitsAgo) : 0,
    );
  const fits = hadBefore((visitsAgo) => likenessOf(visitsAgo, events));
  return {
    neighbors: sumOf(([row, visitsAgo], age, item) => {
      if (row === item || isNew(item)) return 0;
      const counts = visitsAgo === 0 ? recall.eventDecay ** age : recall.earlier * recall.visitDecay ** (visitsAgo - 1);
      return counts * weightIn(row, item);
    }),
    fresh: sumOf(([row, visitsAgo], age, item) =>
      row !== item && isNew(item) && visitsAgo === 0 ? recall.eventDecay ** age * weightIn(row, item) : 0,
    ),
    seen: sumOf(([row, visitsAgo], age, item) => (row === item && visitsAgo === 0 ? recall.eventDecay ** age : 0)),
    again: hadBefore(() => 1).map(
      (had, item) => (Math.log(1 + had) + recall.likeness * (fits[item] as number)) * weightIn(item, item),
    ),
  };
}

const inOneVisit = (rows: readonly number[]): Event[] => rows.map((row) => [row, 0]);

describe('history scores', () => {
  test.each<[string, Event[]]>([
    ['one event', [[6, 0]]],
    ['several events of one visit', inOneVisit([3, 17, 4, 9])],
    ['an item looked at again and again', inOneVisit([5, 5, 8, 5])],
    ['the same items in three visits', ROWS.flatMap((row): Event[] => [[row, 2]]).concat([[9, 1]], inOneVisit([4, 9]))],
    ['a long history', Array.from({ length: 200 }, (_, t): Event => [(7 * t) % 23, Math.floor((199 - t) / 9)])],
  ])('of %s are the sums of what each event says', (_, events) => {
    const scores = historyScores(MODEL, profileOf(events));
    const slow = slowScores(events);
    for (const term of ['neighbors', 'fresh', 'seen', 'again'] as const) {
      expect(termOf(scores, term)).toEqual(slow[term].map((score) => expect.closeTo(score, 9)));
    }
  });

  test('are given for items of the history and of their lists alone', () => {
    const { offsets, rows } = MODEL.neighbors;
    const history = [6, 3, 17];
    const touched = new Set(history.flatMap((row) => [row, ...rows.subarray(offsets[row], offsets[row + 1])]));
    const scores = historyScores(
      MODEL,
      profileOf([
        [6, 2],
        [3, 1],
        [17, 0],
      ]),
    );
    expect(touched.size).toBeLessThan(numItems / 2);
    expect(touched.isSupersetOf(scores)).toBe(true);
    expect(scores.size).toBeGreaterThan(2);
  });

  test('of no events are none', () => {
    expect(historyScores(MODEL, profileOf([])).size).toBe(0);
  });
});

/** Item 0 goes with item 2 and with itself, item 1 with item 2; 51, 102 and 204 are 0.2, 0.4 and 0.8 of 255. */
const LISTS = {
  config: { recall: { eventDecay: 0.7, visitDecay: 0.6, earlier: 0.3, likeness: 1.5 } },
  neighbors: listsOf({
    offsets: Uint32Array.of(0, 2, 3, 3),
    rows: Uint32Array.of(2, 0, 2),
    weights: Uint8Array.of(51, 102, 204),
  }),
  popularity: { newness: new Uint8Array(3) },
};
const scoresOf = (...events: Event[]) => historyScores(LISTS, profileOf(events));
const neighborsOf = (row: number, ...events: Event[]) => scoresOf(...events).get(row)?.neighbors;
const seenOf = (...events: Event[]) => termOf(scoresOf(...events), 'seen', 3);
const againOf = (...events: Event[]) => termOf(scoresOf(...events), 'again', 3);

describe('an event of this visit', () => {
  test('counts for its neighbors by the square of what ships, the latest in full and the one before it at 0.7', () => {
    expect(neighborsOf(2, [0, 0])).toBeCloseTo(0.04, 6);
    expect(neighborsOf(2, [0, 0], [1, 0])).toBeCloseTo(0.64 + 0.7 * 0.04, 6);
    expect(neighborsOf(2, [1, 0], [0, 0])).toBeCloseTo(0.04 + 0.7 * 0.64, 6);
  });

  test('says that its item was seen, whatever the item is to itself', () => {
    expect(seenOf([0, 0], [0, 0], [1, 0])).toEqual([0.49 + 0.7, 1, 0].map((seen) => expect.closeTo(seen, 6)));
    expect(againOf([0, 0])).toEqual([0, 0, 0]);
  });
});

test('a new neighbor is told apart, and earlier visits say nothing of it', () => {
  const withNew = { ...LISTS, popularity: { newness: Uint8Array.of(0, 0, 9) } };
  const scores = historyScores(
    withNew,
    profileOf([
      [1, 1],
      [1, 0],
      [0, 0],
    ]),
  );
  expect(termOf(scores, 'neighbors', 3)).toEqual([0, 0, 0]);
  expect(termOf(scores, 'fresh', 3)).toEqual([0, 0, expect.closeTo(0.04 + 0.7 * 0.64, 6)]);
});

describe('an event of an earlier visit', () => {
  test('counts for its neighbors at 0.3, and at 0.6 of that for each visit more', () => {
    expect(neighborsOf(2, [1, 1])).toBeCloseTo(0.3 * 0.64, 6);
    expect(neighborsOf(2, [1, 3])).toBeCloseTo(0.3 * 0.36 * 0.64, 6);
  });

  test('counts the same wherever it stands in its visit', () => {
    expect(neighborsOf(2, [1, 1], [0, 1], [0, 1])).toBeCloseTo(0.3 * (0.64 + 2 * 0.04), 6);
  });

  test('says nothing of what was seen in this visit', () => {
    expect(seenOf([0, 1], [2, 0])).toEqual([0, 0, 1]);
  });

  const wanted = (had: number, fits = 0) => [expect.closeTo(0.16 * (Math.log(1 + had) + 1.5 * fits), 6), 0, 0];

  test("says that its item is wanted again, as likely as the item's own entry says", () => {
    expect(againOf([0, 1], [1, 1], [2, 0])).toEqual(wanted(1));
  });

  test('says so at 0.6 for each visit more, and more than one event less than all of them', () => {
    expect(againOf([0, 3], [2, 0])).toEqual(wanted(0.36));
    expect(againOf([0, 3], [0, 2], [2, 0])).toEqual(wanted(0.36 + 0.6));
  });

  test('says so more strongly the more its visit was about what this one is about', () => {
    expect(againOf([0, 1], [1, 1], [1, 0])).toEqual(wanted(1, 1 / 2 ** 0.75));
    expect(againOf([0, 2], [2, 2], [1, 2], [1, 1], [1, 0], [2, 0])).toEqual(wanted(0.6, 0.6 * ((1 + 0.9) / 3 ** 0.75)));
  });
});
