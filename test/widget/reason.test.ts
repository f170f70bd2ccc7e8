import { describe, expect, test } from 'vitest';
import type { ScoreTerms } from '#model/score-items.ts';
import { reasonFor } from '#widget/reason.ts';
import { reasonText } from '#widget/shelf-texts.ts';

/** Item 3 is a neighbor of 2 and of 5, item 4 of none. */
const NEIGHBORS = {
  offsets: Uint32Array.of(0, 0, 0, 1, 1, 1, 3),
  rows: Uint32Array.of(3, 3, 2),
  weights: Uint8Array.of(90, 200, 70),
};

/** A shop in which popularity is the largest term of nearly every item. */
const MEAN: ScoreTerms = { sequence: 0.05, neighbors: 0.12, text: 0.6, popularity: 2.4 };

function line(
  terms: ScoreTerms,
  { shelf = 'for-you', events = [2, 5, 1] }: { shelf?: 'for-you' | 'similar'; events?: number[] } = {},
) {
  const reason = reasonFor(3, {
    shelf,
    terms,
    meanTerms: MEAN,
    neighbors: NEIGHBORS,
    eventRows: Uint32Array.from(events),
    titleOf: (row) => `item ${row}`,
  });
  return reasonText(reason);
}

describe('the line under a card says what lifts the item above the others', () => {
  test.each<[string, ScoreTerms, string]>([
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
    ['nothing, where nothing lifts the item', { sequence: 0.02, neighbors: 0.1, text: 0.5, popularity: 0.7 }, ''],
  ])('%s', (_, terms, expected) => {
    expect(line(terms)).toBe(expected);
  });

  test('a shopper who has only searched looked at nothing', () => {
    const terms = { sequence: 0, neighbors: 0, text: 1.9, popularity: 2.5 };
    expect(line(terms, { events: [] })).toBe('Like what you searched for');
  });

  test.each<[ScoreTerms, string]>([
    [{ sequence: 0.4, neighbors: 1.7, text: 0.7, popularity: 3.1 }, 'Often bought with this'],
    [{ sequence: 0.1, neighbors: 0.12, text: 1.3, popularity: 2.6 }, 'Similar to this'],
    [{ sequence: 0.9, neighbors: 0.12, text: 0.7, popularity: 2.6 }, 'Similar to this'],
  ])('on a shelf of similar items it speaks of this item: %j', (terms, expected) => {
    expect(line(terms, { shelf: 'similar', events: [5] })).toBe(expected);
  });
});
