import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import type { SessionKnnSizes } from '#trainer/evaluation/session-knn.ts';
import { type StanParameters, stan } from '#trainer/evaluation/stan.ts';
import { type VsknnParameters, vsknn } from '#trainer/evaluation/vsknn.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { basket, DAY_MS } from '../dataset-fixture.ts';
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
const WIDE: SessionKnnSizes = { basketsPerSession: ALL, numCandidates: 1000, numNeighbors: 1000, freshBaskets: 0 };
const NARROW: SessionKnnSizes = { ...WIDE, numCandidates: 17, numNeighbors: 6 };
const SIZES = [WIDE, NARROW, { ...WIDE, numNeighbors: 3 }, { ...WIDE, numCandidates: 5 }];

interface Neighbor {
  readonly rows: readonly number[];
  readonly endMs: number;
  readonly similarity: number;
}

/** The k most similar of the m most recent sessions that share an item with the case; the later of equals. */
function neighborsOf(
  baskets: readonly Basket[],
  caseRows: readonly number[],
  { sizes, similarityOf }: { sizes: SessionKnnSizes; similarityOf: (session: Omit<Neighbor, 'similarity'>) => number },
): Neighbor[] {
  return sessionsByEnd(baskets)
    .filter(({ rows }) => rows.some((row) => caseRows.includes(row)))
    .slice(-sizes.numCandidates)
    .toReversed()
    .map((session) => ({ ...session, similarity: similarityOf(session) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, sizes.numNeighbors);
}

const items = Array.from({ length: NUM_ITEMS }, (_, row) => row);
const ageOf = (row: number, caseRows: readonly number[]) => caseRows.length - 1 - caseRows.lastIndexOf(row);
const sharedOf = (rows: readonly number[], caseRows: readonly number[]) =>
  [...new Set(rows)].filter((row) => caseRows.includes(row));

/** VSKNN with linear event decay and inverse decay of the most recent shared item. */
function vsknnSums(baskets: readonly Basket[], caseRows: readonly number[], { idfWeight, ...sizes }: VsknnParameters) {
  const sessions = sessionsByEnd(baskets);
  const similarityOf = ({ rows }: { rows: readonly number[] }) =>
    sharedOf(rows, caseRows).reduce((sum, row) => sum + (caseRows.lastIndexOf(row) + 1) / caseRows.length, 0);
  const neighbors = neighborsOf(baskets, caseRows, { sizes, similarityOf });
  return items.map((item) => {
    const idf = Math.log(sessions.length / sessions.filter(({ rows }) => rows.includes(item)).length);
    return neighbors
      .filter(({ rows }) => rows.includes(item))
      .reduce((sum, { rows, similarity }) => {
        const step = 1 + Math.min(...sharedOf(rows, caseRows).map((row) => ageOf(row, caseRows)));
        return sum + (similarity / step) * (1 + idfWeight * idf);
      }, 0);
  });
}

/** STAN; a session's age in shares of the log's span. */
function stanSums(baskets: readonly Basket[], caseRows: readonly number[], parameters: StanParameters) {
  const { eventDecay, ageDecayShare, distanceDecay, ...sizes } = parameters;
  const lastMs = baskets.at(-1)?.atMs as number;
  const spanMs = lastMs - (baskets[0]?.atMs as number);
  const similarityOf = ({ rows, endMs }: { rows: readonly number[]; endMs: number }) => {
    const product = sharedOf(rows, caseRows).reduce(
      (sum, row) => sum + Math.exp(-ageOf(row, caseRows) / eventDecay),
      0,
    );
    const cosine = product / Math.sqrt(caseRows.length * new Set(rows).size);
    // Asked ten days after the log's end: one factor on all scores.
    return cosine * Math.exp(-(lastMs + 10 * DAY_MS - endMs) / (ageDecayShare * spanMs));
  };
  const neighbors = neighborsOf(baskets, caseRows, { sizes, similarityOf });
  return items.map((item) =>
    neighbors
      .filter(({ rows }) => rows.includes(item))
      .reduce((sum, { rows, similarity }) => {
        const lastShared = Math.max(...sharedOf(rows, caseRows).map((row) => rows.lastIndexOf(row)));
        return sum + similarity * Math.exp(-Math.abs(rows.lastIndexOf(item) - lastShared) / distanceDecay);
      }, 0),
  );
}

const CASES = [[5], [1, 7, 2], [3, 3, 0, 9, 3], [12, 11]];

describe('session neighbors', () => {
  test.each(SIZES)('of VSKNN score as by its formula: %o', (sizes) => {
    const parameters: VsknnParameters = { ...sizes, eventDecay: 'linear', sharedDecay: 'inverse', idfWeight: 1.5 };
    const baskets = randomEvents(seededRandom(6), 400);
    const recommend = vsknn(logOf(baskets), parameters);
    for (const rows of CASES) {
      expectScores(
        recommend(caseAfterEvents(rows)) as Float32Array,
        scoresOf(vsknnSums(baskets, rows, parameters), baskets),
      );
    }
  });

  test.each(SIZES)('of STAN score as by its formula: %o', (sizes) => {
    const parameters: StanParameters = { ...sizes, eventDecay: 1.5, ageDecayShare: 0.3, distanceDecay: 2.5 };
    const baskets = randomEvents(seededRandom(7), 400);
    const recommend = stan(logOf(baskets), parameters);
    for (const rows of CASES) {
      expectScores(
        recommend(caseAfterEvents(rows)) as Float32Array,
        scoresOf(stanSums(baskets, rows, parameters), baskets),
      );
    }
  });

  test.each([
    ['same', 'same', [1, 1]],
    ['quadratic', 'same', [4 / 9, 1]],
    ['logarithmic', 'same', [1 / Math.log10(3.7), 1 / Math.log10(2.7)]],
    ['same', 'linear', [0.8, 0.9]],
    ['same', 'inverse square', [1 / 4, 1]],
  ] as const)('of VSKNN decay events as %s and shared items as %s', (eventDecay, sharedDecay, [older, newer]) => {
    // The case's second event was in Ann's session, its last in Bob's.
    const baskets = [basket('ann', [3, 5], 0), basket('bob', [4, 6], 1)];
    const recommend = vsknn(logOf(baskets, 7), { ...WIDE, eventDecay, sharedDecay, idfWeight: 0 });
    expectScores(
      recommend(caseAfterEvents([2, 3, 4])) as Float32Array,
      scoresOf([0, 0, 0, older, newer, older, newer], baskets),
    );
  });

  test("of sessions of one basket know the case's last basket alone, and score none of it again where it is to be fresh", () => {
    const baskets = [basket('ann', [2, 3], 0), basket('ann', [4, 5], 1), basket('bob', [4, 6], 2)];
    const sizes = { ...WIDE, basketsPerSession: 1, freshBaskets: 1 };
    const recommend = vsknn(logOf(baskets, 7), { ...sizes, eventDecay: 'same', sharedDecay: 'same', idfWeight: 0 });
    expectScores(recommend(caseAfter([2], [4])) as Float32Array, scoresOf([0, 0, 0, 0, 0, 1, 1], baskets));
  });

  test('answer a case that shares nothing with any session by popularity', () => {
    const baskets = [basket('ann', [2, 3], 0), basket('bob', [3, 4], 1)];
    const recommend = stan(logOf(baskets, 7), { ...WIDE, eventDecay: 2, ageDecayShare: 0.3, distanceDecay: 2 });
    for (const rows of [[6], []]) {
      const scores = recommend(caseAfter(rows)) as Float32Array;
      expect(scores[3]).toBeGreaterThan(scores[2] as number);
      expect(scores[2]).toBeGreaterThan(scores[5] as number);
    }
  });
});
