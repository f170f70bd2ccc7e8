import { beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '#model/model.ts';
import { SCORE_TERMS } from '#model/score-items.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { type BlendCase, blendCasesOf, meanNdcg, pickCandidates, spreadOf } from '#trainer/blend-case.ts';
import { deviceRecommender } from '#trainer/device-recommender.ts';
import { meanMetrics, measureRanking } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { randomModel } from '../model/random-model.ts';
import { catalogOf, DAY_MS, START_MS } from './dataset-fixture.ts';

const NUM_ITEMS = 400;
const ITEMS = catalogOf(NUM_ITEMS);
const MODEL: Model = randomModel(641, { numItems: NUM_ITEMS, numGroups: NUM_ITEMS });
const NUM_CASES = 30;

/** Visits of some days, then this one, and one or two items wanted. */
const CASES: TestCase[] = (() => {
  const random = seededRandom(642);
  const anyRow = () => Math.floor(random() * NUM_ITEMS);
  return Array.from({ length: NUM_CASES }, (_, i) => ({
    customer: `customer ${i}`,
    events: Array.from({ length: 1 + (i % 9) }, (_, event) => ({
      kind: 'view' as const,
      itemId: `item-${anyRow()}` as ItemId,
      atMs: START_MS + Math.floor(event / 3) * DAY_MS + 1000 * event,
    })),
    targets: i % 4 === 0 ? [anyRow(), anyRow()] : [anyRow()],
    hasHistory: i > 2,
  }));
})();

let blendCases: readonly BlendCase[];
beforeAll(async () => {
  blendCases = await blendCasesOf(MODEL, { items: ITEMS, cases: CASES });
});

describe('a blend case', () => {
  test('knows how many events and targets the case has', () => {
    expect(blendCases.map(({ numEvents }) => numEvents)).toEqual(CASES.map(({ events }) => events.length));
    expect(blendCases.map(({ numTargets }) => numTargets)).toEqual(CASES.map(({ targets }) => targets.length));
  });

  test.each([
    [[0.9, 2, 0.3, 0.7, 0, 0.4, 0.6]],
    [[0.2, 11, -0.25, 1.9, -3, 6, 1.7]],
    [[0, 0, 0.02, 1.3, 0, 0, 0]],
    [[1.4, 0, 0, 0, 0, 0, 0]],
  ])('gives, under weights %j, the NDCG@20 of the whole catalog', async (weights) => {
    const named = Object.fromEntries(SCORE_TERMS.map((term, i) => [term, weights[i]]));
    const blend = [{ maxEvents: null, ...named } as BlendWeights];
    const recommend = await deviceRecommender({ ...MODEL, config: { ...MODEL.config, blend } }, ITEMS);
    // Targets that come out among the first 20, or there would be nothing to compare.
    const asked: TestCase[] = [];
    for (const [i, testCase] of CASES.entries()) {
      const scores = await recommend(testCase);
      const rowsByScore = Array.from(scores.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number));
      asked.push({ ...testCase, targets: testCase.targets.map((_, t) => rowsByScore[(i + 7 * t) % 25] as number) });
    }
    const expected = meanMetrics(await measureRanking(recommend, asked, seededRandom(643))).ndcgAt20;
    expect(expected).toBeGreaterThan(0.1);
    expect(meanNdcg(await blendCasesOf(MODEL, { items: ITEMS, cases: asked }), weights)).toBeCloseTo(expected, 6);
  });
});

describe('candidates', () => {
  const random = seededRandom(644);
  const terms = Array.from({ length: 2 }, () => Float32Array.from({ length: 300 }, () => random()));

  test('are the targets first, then the best 100 of each term', () => {
    const worst = Array.from((terms[0] as Float32Array).keys())
      .filter((row) => terms.every((term) => (term[row] as number) < 0.3))
      .slice(0, 2);
    const { terms: picked, numCandidates, numTargets } = pickCandidates(terms, worst);
    expect(numTargets).toBe(2);
    expect(numCandidates).toBeGreaterThan(2 + 100);
    expect(numCandidates).toBeLessThanOrEqual(2 + 200);
    expect(picked).toHaveLength(2 * numCandidates);
    terms.forEach((term, t) => {
      const own = picked.subarray(t * numCandidates, (t + 1) * numCandidates);
      expect([...own.subarray(0, 2)]).toEqual(worst.map((row) => term[row]));
      const best = [...term].sort((a, b) => b - a).slice(0, 100);
      expect([...own]).toEqual(expect.arrayContaining(best));
    });
  });

  test('of a term are those of which it says anything', () => {
    const sparse = new Float32Array(300);
    sparse[7] = 0.4;
    sparse[250] = 0.2;
    const { terms: picked, numCandidates } = pickCandidates([sparse], [9]);
    expect(numCandidates).toBe(3);
    expect([...picked]).toEqual([0, sparse[7], sparse[250]]);
  });
});

describe('the mean NDCG', () => {
  const candidates = { terms: Float32Array.of(3, 1, 2, 2, 5, 0, 0, 0), numCandidates: 4, numTargets: 1 };

  test('counts the candidates before each target', () => {
    expect(meanNdcg([candidates], [2.5, 0])).toBe(1);
    expect(meanNdcg([candidates], [-2.5, 0])).toBeCloseTo(1 / Math.log2(5), 9);
    expect(meanNdcg([candidates, candidates], [-0.5, 0.2])).toBeCloseTo(1 / Math.log2(3), 9);
  });

  test('puts a target that ties with others last of them', () => {
    expect(meanNdcg([{ ...candidates, terms: Float32Array.of(2, 2, 1, 2) }], [1.5])).toBeCloseTo(1 / Math.log2(4), 9);
    expect(meanNdcg([candidates], [0, 0])).toBeCloseTo(1 / Math.log2(5), 9);
  });
});

test('a term’s spread is the mean over the cases of its standard deviation among the candidates', () => {
  const caseOf = (popularity: number[]): BlendCase => {
    const numCandidates = popularity.length;
    const terms = new Float32Array(SCORE_TERMS.length * numCandidates);
    terms.set(popularity, SCORE_TERMS.indexOf('popularity') * numCandidates);
    return { terms, numCandidates, numTargets: 1, numEvents: 2 };
  };
  const cases = [caseOf([2, 6]), caseOf([5, 5, 5]), caseOf([0, 3, 9, 12])];
  expect(spreadOf(cases, 'popularity')).toBeCloseTo((2 + 0 + Math.sqrt(22.5)) / 3, 6);
  expect(spreadOf(cases, 'text')).toBe(0);
});
