import { describe, expect, test } from 'vitest';
import type { ScoreTerms } from '#model/score-items.ts';
import { listsOf } from '#trainer/neighbor-entries.ts';
import { reasonFor } from '#widget/reason.ts';
import { reasonText } from '#widget/shelf-texts.ts';

/** Item 3 is a neighbor of 2, of 5 and of itself, which says that it is wanted again; item 4 of none. */
const NEIGHBORS = listsOf({
  offsets: Uint32Array.of(0, 0, 0, 1, 2, 2, 4),
  rows: Uint32Array.of(3, 3, 3, 2),
  weights: Uint8Array.of(90, 140, 200, 70),
});

/** A shop in which popularity is the largest term of nearly every item. */
const MEAN: ScoreTerms = {
  sequence: 0.05,
  neighbors: 0.12,
  text: 0.6,
  popularity: 2.4,
  seen: 0.02,
  again: 0.07,
  fresh: 0.3,
};

/** @param terms Those that are not as usual: at the mean, neither seen nor wanted again. */
function line(
  terms: Partial<ScoreTerms>,
  {
    shelf = 'for-you',
    events = [2, 5, 1],
    meanTerms = MEAN,
  }: { shelf?: 'for-you' | 'similar'; events?: number[]; meanTerms?: ScoreTerms } = {},
) {
  const reason = reasonFor(3, {
    shelf,
    terms: { ...meanTerms, seen: 0, again: 0, fresh: 0, ...terms },
    meanTerms,
    neighbors: NEIGHBORS,
    eventRows: Uint32Array.from(events),
    titleOf: (row) => `item ${row}`,
  });
  return reasonText(reason);
}

describe('the line under a card says what lifts the item above the others', () => {
  test.each<[string, Partial<ScoreTerms>, string]>([
    [
      'popularity, where it lifts most',
      { sequence: 0.3, neighbors: 0.2, text: 0.7, popularity: 3.9 },
      'Popular right now',
    ],
    [
      'not popularity, where every item has as much',
      { sequence: 0.9, neighbors: 0.2, text: 0.7, popularity: 2.5 },
      'Picks up where you left off',
    ],
    [
      'the latest item it was bought with',
      { sequence: 0.4, neighbors: 1.7, text: 0.7, popularity: 3.1 },
      'Often bought with item 5',
    ],
    [
      'likeness only beyond what all items have',
      { sequence: 0.3, neighbors: 0.12, text: 0.8, popularity: 2.4 },
      'Picks up where you left off',
    ],
    [
      'likeness, where it lifts most',
      { sequence: 0.1, neighbors: 0.12, text: 1.3, popularity: 2.6 },
      'Like what you looked at',
    ],
    [
      'that it was had in earlier visits, where that lifts most',
      { sequence: 0.9, neighbors: 0.9, text: 0.9, popularity: 2.9, seen: 0.5, again: 1.1, fresh: 0.3 },
      'From your earlier visits',
    ],
    ['earlier visits only beyond what all items have', { sequence: 0.9, again: 0.91 }, 'Picks up where you left off'],
    [
      'that it was seen in this visit, where that lifts most',
      { sequence: 0.3, neighbors: 0.3, text: 0.8, popularity: 2.6, seen: 0.4, again: 0.4, fresh: 0.3 },
      'Picks up where you left off',
    ],
    ['nothing, where nothing lifts the item', { sequence: 0.02, neighbors: 0.1, text: 0.5, popularity: 0.7 }, ''],
  ])('%s', (_, terms, expected) => {
    expect(line(terms)).toBe(expected);
  });

  test('a shopper who has only searched looked at nothing', () => {
    const terms = { sequence: 0, neighbors: 0, text: 1.9, popularity: 2.5 };
    expect(line(terms, { events: [] })).toBe('Like what you searched for');
  });

  test('an item is never said to be bought with itself', () => {
    const terms = { neighbors: 1.7 };
    expect(line(terms, { events: [5, 3] })).toBe('Often bought with item 5');
    expect(line(terms, { events: [2, 3, 1, 3] })).toBe('Often bought with item 2');
    expect(line(terms, { events: [3] })).toBe('Like what you looked at');
  });

  describe('where what was seen counts strongly against an item, so that all others stand above the mean in that,', () => {
    const meanTerms = { ...MEAN, seen: -40 };

    test('that is no reason for the others', () => {
      expect(line({ popularity: 2.9 }, { meanTerms })).toBe('Popular right now');
      expect(line({ neighbors: 0.2, seen: -0 }, { meanTerms })).toBe('Often bought with item 5');
      expect(line({ neighbors: 0.2 }, { meanTerms, shelf: 'similar' })).toBe('Often bought with this');
      expect(line({}, { meanTerms })).toBe('');
    });

    test('nor for an item that was seen a little', () => {
      expect(line({ popularity: 2.9, seen: -7 }, { meanTerms })).toBe('Popular right now');
      expect(line({ seen: -7 }, { meanTerms })).toBe('');
    });
  });

  test.each<[Partial<ScoreTerms>, string]>([
    [{ sequence: 0.4, neighbors: 1.7, text: 0.7, popularity: 3.1 }, 'Often bought with this'],
    [{ sequence: 0.1, neighbors: 0.12, text: 1.3, popularity: 2.6 }, 'Similar to this'],
    [{ sequence: 0.9, neighbors: 0.12, text: 0.7, popularity: 2.6 }, 'Similar to this'],
  ])('on a shelf of similar items it speaks of this item: %j', (terms, expected) => {
    expect(line(terms, { shelf: 'similar', events: [5] })).toBe(expected);
  });
});
