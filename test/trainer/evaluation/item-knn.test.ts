import { describe, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { type ItemKnnParameters, itemKnn } from '#trainer/evaluation/item-knn.ts';
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

const ALL = Number.POSITIVE_INFINITY;
const COSINE: ItemKnnParameters = {
  basketsPerSession: ALL,
  shrinkage: 0,
  ownShare: 0.5,
  lengthDamping: 0,
  eventDecay: 0,
  freshBaskets: 0,
};

/** n(i, j) / ((n(i) + λ)^α · (n(j) + λ)^(1 − α)), session by session. */
function similarity(
  sessions: readonly (readonly number[])[],
  [own, other]: readonly [number, number],
  { shrinkage, ownShare, lengthDamping }: ItemKnnParameters,
): number {
  const weigh = (matching: readonly (readonly number[])[]) =>
    matching.reduce((sum, rows) => sum + 1 / new Set(rows).size ** lengthDamping, 0);
  const together = sessions.filter((rows) =>
    own === other ? rows.filter((row) => row === own).length > 1 : rows.includes(own) && rows.includes(other),
  );
  const numOwn = weigh(sessions.filter((rows) => rows.includes(own)));
  const numOther = weigh(sessions.filter((rows) => rows.includes(other)));
  const damping = (numOwn + shrinkage) ** ownShare * (numOther + shrinkage) ** (1 - ownShare);
  return damping === 0 ? 0 : weigh(together) / damping;
}

function expectSums(
  baskets: readonly Basket[],
  sessions: readonly (readonly number[])[],
  parameters: ItemKnnParameters,
) {
  const recommend = itemKnn(logOf(baskets), parameters);
  for (const rows of [[5], [1, 7, 2], [3, 3, 0, 9, 3]]) {
    const sums = Array.from({ length: NUM_ITEMS }, (_, other) =>
      rows
        .toReversed()
        .reduce(
          (sum, own, age) => sum + parameters.eventDecay ** age * similarity(sessions, [own, other], parameters),
          0,
        ),
    );
    expectScores(recommend(caseAfterEvents(rows)) as Float32Array, scoresOf(sums, baskets));
  }
}

describe('item neighbors', () => {
  test.each([
    COSINE,
    { ...COSINE, eventDecay: 0.8 },
    { ...COSINE, eventDecay: 0.5, shrinkage: 7 },
    { ...COSINE, eventDecay: 0.9, shrinkage: 3, ownShare: 0.7, lengthDamping: 0.5 },
  ])("are each customer's items by the formula: %o", (parameters) => {
    const baskets = randomEvents(seededRandom(4), 300);
    expectSums(
      baskets,
      sessionsByEnd(baskets).map(({ rows }) => rows),
      parameters,
    );
  });

  test('are those of one basket where sessions are baskets', () => {
    const baskets = randomBaskets(seededRandom(5), { numBaskets: 50, numItems: NUM_ITEMS, numCustomers: 6 });
    expectSums(
      baskets,
      baskets.map(({ rows }) => rows),
      { ...COSINE, basketsPerSession: 1, eventDecay: 0.6, lengthDamping: 1 },
    );
  });

  test('leave the items of the latest basket out where that is to be fresh', () => {
    const baskets = [basket('ann', [2, 3, 4], 0), basket('bob', [2, 3, 5], 1)];
    const recommend = itemKnn(logOf(baskets, 6), { ...COSINE, eventDecay: 0.5, freshBaskets: 1 });
    const cosine = 1 / Math.SQRT2;
    // The last event is 3, before it 2; each is with 4 and 5 once, and each was in 2 sessions.
    expectScores(
      recommend(caseAfter([2, 3])) as Float32Array,
      scoresOf([0, 0, 0, 0, 1.5 * cosine, 1.5 * cosine], baskets),
    );
  });
});
