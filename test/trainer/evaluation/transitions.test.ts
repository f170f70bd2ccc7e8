import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { type TransitionParameters, transitions } from '#trainer/evaluation/transitions.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { basket, randomBaskets } from '../dataset-fixture.ts';
import {
  caseAfter,
  caseAfterEvents,
  expectScores,
  logOf,
  NUM_ITEMS,
  randomEvents,
  scoresOf,
  sessionsByEnd,
} from './baseline-fixture.ts';

const PLAIN: TransitionParameters = { distanceDecay: 0, eventDecay: 0, freshBaskets: 0 };

/** Share of all that follows `from`, at most 10 places on, that is `to`. */
function followShare(baskets: readonly Basket[], { from, to, decay }: { from: number; to: number; decay: number }) {
  let count = 0;
  let total = 0;
  for (const { rows } of sessionsByEnd(baskets)) {
    for (const [place, row] of rows.entries()) {
      if (row !== from) continue;
      for (const [distance, follower] of rows.slice(place + 1, place + 11).entries()) {
        total += decay ** distance;
        if (follower === to) count += decay ** distance;
      }
    }
  }
  return total === 0 ? 0 : count / total;
}

const items = Array.from({ length: NUM_ITEMS }, (_, row) => row);

describe('transitions', () => {
  test('counts what came next after the last item, also in the next basket, and the item itself', () => {
    const baskets = [
      basket('ann', [2, 3], 0),
      basket('bob', [3, 4], 1),
      basket('ann', [4, 2], 20),
      basket('cem', [3], 22),
      basket('cem', [3, 1], 23),
    ];
    // After 3 came 4 twice, 3 and 1.
    const scores = transitions(logOf(baskets, 6), PLAIN)(caseAfter([2, 3])) as Float32Array;
    expectScores(scores, scoresOf([0, 1, 0, 1, 2, 0], baskets));
  });

  test.each([
    { distanceDecay: 0.7, eventDecay: 0.4, freshBaskets: 0 },
    { distanceDecay: 1, eventDecay: 0.9, freshBaskets: 0 },
    { distanceDecay: 0, eventDecay: 0.6, freshBaskets: 0 },
    { distanceDecay: 0.4, eventDecay: 0, freshBaskets: 0 },
  ])('sums decayed shares as a plain count does: %o', (parameters) => {
    const random = seededRandom(3);
    for (const baskets of [
      randomEvents(random, 300),
      randomBaskets(random, { numBaskets: 60, numItems: NUM_ITEMS, numCustomers: 9 }),
    ]) {
      const recommend = transitions(logOf(baskets), parameters);
      for (const rows of [[5], [1, 7, 2], [3, 3, 0, 9, 3]]) {
        const sums = items.map((to) =>
          rows.toReversed().reduce((sum, from, age) => {
            const share = followShare(baskets, { from, to, decay: parameters.distanceDecay });
            return sum + parameters.eventDecay ** age * share;
          }, 0),
        );
        expectScores(recommend(caseAfterEvents(rows)) as Float32Array, scoresOf(sums, baskets));
      }
    }
  });

  test('scores no item of the latest baskets again where those are to be fresh', () => {
    const baskets = [basket('ann', [2, 3, 4], 0), basket('ann', [5, 3], 1)];
    const parameters = { distanceDecay: 0.5, eventDecay: 0.5, freshBaskets: 1 };
    const scores = transitions(logOf(baskets, 6), parameters)(caseAfter([5], [2, 4])) as Float32Array;
    // After 4: 5 (1) and 3 (½); after 2: 3 (1), 4 (½), 5 (¼), 3 (⅛); after 5: 3.
    const [after4, after2] = [1.5, 1.875];
    const sums = [0, 0, 0, 0.5 / after4 + (0.5 * 1.125) / after2 + 0.25, 0, 1 / after4 + (0.5 * 0.25) / after2];
    expectScores(scores, scoresOf(sums, baskets));
  });

  test('falls back to popularity for an item that nobody went on from, and for no item', () => {
    const baskets = [basket('ann', [2, 3], 0), basket('bob', [3], 1)];
    const recommend = transitions(logOf(baskets, 6), PLAIN);
    for (const rows of [[3], [5], []]) {
      const scores = recommend(caseAfter(rows)) as Float32Array;
      expect(scores[3]).toBeGreaterThan(scores[2] as number);
      expect(scores[2]).toBeGreaterThan(scores[4] as number);
    }
  });
});
