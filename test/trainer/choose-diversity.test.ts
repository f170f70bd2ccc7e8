import { describe, expect, test } from 'vitest';
import { quantizeRows } from '#model/item-table.ts';
import { ndcgAt } from '#model/metrics.ts';
import { topRows } from '#model/top-rows.ts';
import { chooseDiversity, type DiversityTrial } from '#trainer/choose-diversity.ts';
import { diverseRecommender } from '#trainer/diverse-recommender.ts';
import { intraListDistance } from '#trainer/intra-list-distance.ts';
import type { Recommender } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { randomItems } from '../model/random-model.ts';

const NUM_ITEMS = 150;
const ITEMS = randomItems(NUM_ITEMS, 6, seededRandom(101));

/** Scores of case `i`, falling like 1/rank over a random order. */
function scoresOf(i: number): Float32Array {
  const random = seededRandom(2000 + i);
  return Float32Array.from({ length: NUM_ITEMS }, () => -4 * Math.log(random() + 1e-3));
}

const recommend: Recommender = ({ customer }) => scoresOf(Number(customer));

function makeCases(count: number, targetsOf: (i: number) => readonly number[]): TestCase[] {
  return Array.from({ length: count }, (_, i) => ({
    customer: String(i),
    events: [],
    targets: targetsOf(i),
    hasHistory: false,
  }));
}

/** What was ordered: the item that scores best, or the one at some rank. */
const targetAt = (rank: number) => (i: number) => [topRows(scoresOf(i), rank + 1)[rank] as number];

describe('the chosen diversity', () => {
  test('is the largest up to which 99.8 % of NDCG@20 are kept', async () => {
    const cases = makeCases(200, (i) => targetAt(i % 4 === 0 ? 3 : 0)(i));
    const { diversity, trials } = await chooseDiversity(ITEMS, { recommend, cases });
    expect(trials.map((trial) => trial.diversity)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    const [off] = trials as [DiversityTrial];
    const firstBelow = trials.findIndex(({ ndcgAt20 }) => ndcgAt20 < 0.998 * off.ndcgAt20);
    expect(diversity).toBe(trials[firstBelow - 1]?.diversity);
    expect(diversity).toBeGreaterThan(0);
    expect(diversity).toBeLessThan(0.9);
  });

  test('is 1 where the order never matters: only the best item, which stays first, is wanted', async () => {
    const { diversity, trials } = await chooseDiversity(ITEMS, { recommend, cases: makeCases(200, targetAt(0)) });
    expect(diversity).toBe(1);
    expect(new Set(trials.map(({ ndcgAt20 }) => ndcgAt20))).toEqual(new Set([1]));
  });

  test('is 0 where the least variety costs more', async () => {
    // Two kinds of items; wanted is the second best, of the best one's kind, and a hair behind stands the
    // first of the other kind.
    const items = { numItems: 120, dim: 2, ...quantizeRows(twoKinds(120), 2) };
    const order = [0, 2, 1, ...Array.from({ length: 117 }, (_, i) => i + 3)];
    const scores = new Float32Array(120);
    for (const [place, row] of order.entries()) scores[row] = -place / 7;
    const { diversity, trials } = await chooseDiversity(items, {
      recommend: () => scores,
      cases: makeCases(200, () => [2]),
    });
    expect(diversity).toBe(0);
    expect(trials.slice(0, 2).map(({ ndcgAt20 }) => ndcgAt20)).toEqual([
      expect.closeTo(1 / Math.log2(3), 10),
      expect.closeTo(1 / 2, 10),
    ]);
  });

  test.each([
    ['there are fewer than 200 cases', makeCases(199, targetAt(0))],
    ['no list holds what was ordered', makeCases(200, targetAt(149))],
  ])('is 0 where %s', async (_, cases) => {
    expect((await chooseDiversity(ITEMS, { recommend, cases })).diversity).toBe(0);
  });
});

describe('the trials', () => {
  test('measure the lists that a device would show', async () => {
    const cases = makeCases(200, (i) => [...targetAt(2)(i), ...targetAt(11)(i)]);
    const { trials } = await chooseDiversity(ITEMS, { recommend, cases });
    const diverse = diverseRecommender(recommend, ITEMS, 0.6);
    const shown = new Set<number>();
    let ndcg = 0;
    let distance = 0;
    for (const testCase of cases) {
      const list = [...topRows(await diverse(testCase), 20)];
      for (const row of list) shown.add(row);
      const places = testCase.targets.map((row) => list.indexOf(row));
      ndcg +=
        ndcgAt(
          places.map((place) => (place < 0 ? 99 : place)),
          20,
        ) / cases.length;
      distance += intraListDistance(list, ITEMS) / cases.length;
    }
    const trial = trials[6] as DiversityTrial;
    expect(trial.ndcgAt20).toBeCloseTo(ndcg, 10);
    expect(trial.intraListDistance).toBeCloseTo(distance, 10);
    expect(trial.coverage).toBe(shown.size / NUM_ITEMS);
    expect(trial.intraListDistance).toBeGreaterThan((trials[0] as DiversityTrial).intraListDistance + 0.03);
  });

  test('ask no more than 400 cases', async () => {
    const asked: string[] = [];
    const cases = makeCases(430, targetAt(1));
    await chooseDiversity(ITEMS, {
      cases,
      recommend(testCase) {
        asked.push(testCase.customer);
        return recommend(testCase);
      },
    });
    expect(asked).toEqual(cases.slice(0, 400).map(({ customer }) => customer));
  });
});

/** `[numItems, 2]`: even rows along one axis, odd rows along the other. */
function twoKinds(numItems: number): Float32Array {
  return Float32Array.from({ length: 2 * numItems }, (_, i) => ((i >> 1) % 2 === i % 2 ? 3 : 0));
}
