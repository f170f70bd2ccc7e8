import { describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { encoderAlone } from '#trainer/encoder-alone.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { catalogOf, DAY_MS, START_MS } from './dataset-fixture.ts';

/** A case of an order of item 0 on the first day and a view of item 1 on the third. */
function caseWanting(target: number): TestCase {
  return {
    customer: `wants ${target}`,
    events: [
      { kind: 'purchase', itemId: 'item-0' as ItemId, atMs: START_MS },
      { kind: 'view', itemId: 'item-1' as ItemId, atMs: START_MS + 2 * DAY_MS },
    ],
    targets: [target],
    hasHistory: true,
  };
}

/** Of 100 cases, so many that want the item. */
const casesWanting = (target: number, count: number) =>
  Array.from({ length: 100 }, (_, i) => caseWanting(i < count ? target : 2));

describe('the encoder, judged alone,', () => {
  test.each([
    ['by lists without the items of this visit where 1 % of cases want one', 1, 1, -1000],
    ['by all items where 2 % do', 1, 2, 0],
    ['by lists with the items of earlier visits, however many want one', 0, 50, -1000],
  ])('is judged %s', (_, target, count, seen) => {
    expect(encoderAlone(catalogOf(3), casesWanting(target, count))).toEqual([
      { maxEvents: null, sequence: 1, neighbors: 0, text: 0, popularity: 0, seen, again: 0, fresh: 0 },
    ]);
  });

  test('is judged by something where there are no cases', () => {
    expect(encoderAlone(catalogOf(3), [])).toHaveLength(1);
  });
});
