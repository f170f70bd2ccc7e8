import { describe, expect, test } from 'vitest';
import type { Model } from '#model/model.ts';
import { SCORE_TERMS, type ScoreTerm } from '#model/score-items.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { type BlendCase, blendCasesOf, spreadOf } from '#trainer/blend-case.ts';
import { deviceRecommender } from '#trainer/device-recommender.ts';
import { fitBlend } from '#trainer/fit-blend.ts';
import { meanMetrics, measureRanking } from '#trainer/measure-ranking.ts';
import { listsOf } from '#trainer/neighbor-entries.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { randomModel, scoringTable } from '../model/random-model.ts';
import { catalogOf, START_MS } from './dataset-fixture.ts';

const NUM_ITEMS = 90;
const ITEMS = catalogOf(NUM_ITEMS);

/** Place of a row by popularity, from 0: all over the catalog, since equal scores go by row. */
const popularPlace = (row: number) => (row * 37 + 50) % NUM_ITEMS;
const popularRow = (place: number) =>
  Array.from({ length: NUM_ITEMS }, (_, row) => row).find((row) => popularPlace(row) === place) as number;

/** A popularity, and for each row one neighbor far away from it. */
function modelWithSignals(): Model {
  const model = randomModel(311, { numItems: NUM_ITEMS, numGroups: NUM_ITEMS, maxEvents: 20 });
  const falling = Uint8Array.from({ length: NUM_ITEMS }, (_, row) => 255 - 2 * popularPlace(row));
  const popularity = { recent: falling, longRun: falling, newness: new Uint8Array(NUM_ITEMS) };
  return {
    ...model,
    items: scoringTable(model.items, popularity),
    popularity,
    neighbors: listsOf({
      offsets: Uint32Array.from({ length: NUM_ITEMS + 1 }, (_, row) => row),
      rows: Uint32Array.from({ length: NUM_ITEMS }, (_, row) => (row + 45) % NUM_ITEMS),
      weights: new Uint8Array(NUM_ITEMS).fill(40),
    }),
  };
}

/** Rows below 30 are new. Each list holds an old item, which most cases want, and a new one of less or more weight. */
function modelWithNews(shareWantingNew: number): { model: Model; cases: TestCase[] } {
  const oldOf = (row: number) => 30 + ((row + 11) % 60);
  const newOf = (row: number) => row % 30;
  const model = modelWithSignals();
  const rows = Uint32Array.from({ length: 2 * NUM_ITEMS }, (_, i) => (i % 2 === 0 ? oldOf(i >> 1) : newOf(i >> 1)));
  return {
    model: {
      ...model,
      popularity: {
        ...model.popularity,
        newness: Uint8Array.from({ length: NUM_ITEMS }, (_, r) => (r < 30 ? 255 : 0)),
      },
      neighbors: listsOf({
        offsets: Uint32Array.from({ length: NUM_ITEMS + 1 }, (_, row) => 2 * row),
        rows,
        weights: Uint8Array.from({ length: 2 * NUM_ITEMS }, (_, i) => (i % 2 === 0 ? 60 : 20 + (i % 50))),
      }),
    },
    cases: Array.from({ length: 900 }, (_, i) => {
      const last = 30 + (i % 60);
      return caseOf(i % 2 === 0 ? [last] : [31, 44, 52, 60, last], i / 900 < shareWantingNew ? newOf : oldOf);
    }),
  };
}

/** A case of events at `rows`; what was ordered next is told by the last one. */
function caseOf(rows: readonly number[], targetOf: (last: number) => number): TestCase {
  return {
    customer: `customer ${rows.join('-')}`,
    events: rows.map((row, i) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: START_MS + 1000 * i })),
    targets: [targetOf(rows.at(-1) as number)],
    hasHistory: true,
  };
}

const byNeighbor = (last: number) => (last + 45) % NUM_ITEMS;
const byPopularity = (last: number) => popularRow(last % 3);
const shortCases = (count: number, targetOf: (last: number) => number) =>
  Array.from({ length: count }, (_, i) => caseOf([(i * 7) % NUM_ITEMS], targetOf));
const longCases = (count: number, targetOf: (last: number) => number) =>
  Array.from({ length: count }, (_, i) => caseOf([2, 30, 11, 67, 5, (i * 7) % NUM_ITEMS], targetOf));

const blendCases = (cases: readonly TestCase[]) => blendCasesOf(modelWithSignals(), { items: ITEMS, cases });

async function ndcgWith(
  blend: readonly BlendWeights[],
  cases: readonly TestCase[],
  model = modelWithSignals(),
): Promise<number> {
  const recommend = await deviceRecommender({ ...model, config: { ...model.config, blend: [...blend] } }, ITEMS);
  return meanMetrics(await measureRanking(recommend, cases, seededRandom(312))).ndcgAt20;
}

/** Weights in units of how far each term tells the candidates apart. */
function inSpreads(weights: BlendWeights, cases: readonly BlendCase[]): Record<ScoreTerm, number> {
  return Object.fromEntries(SCORE_TERMS.map((term) => [term, weights[term] * spreadOf(cases, term)])) as Record<
    ScoreTerm,
    number
  >;
}

const EVEN = [{ maxEvents: null, sequence: 1, neighbors: 1, text: 1, popularity: 1, seen: 1, again: 1, fresh: 0 }];

describe('the fitted blend', () => {
  test.each([
    ['neighbors', byNeighbor, 0.7, 0.95],
    ['popularity', byPopularity, 0.3, 0.6],
  ] as const)('prefers %s where orders follow them', async (term, targetOf, mostWithEven, leastWithFitted) => {
    const cases = shortCases(60, targetOf);
    const asked = await blendCases(cases);
    const blend = await fitBlend(asked);
    const { [term]: own, ...others } = inSpreads(blend[0] as BlendWeights, asked);
    expect(own).toBeGreaterThan(0);
    for (const other of Object.values(others)) expect(own).toBeGreaterThan(0.99 * other);
    expect(await ndcgWith(EVEN, cases)).toBeLessThan(mostWithEven);
    expect(await ndcgWith(blend, cases)).toBeGreaterThan(leastWithFitted);
  });

  test('differs by length of the profile, up to 3 events, up to 12, and above', async () => {
    const cases = [...shortCases(400, byPopularity), ...longCases(400, byNeighbor)];
    const asked = await blendCases(cases);
    const blend = await fitBlend(asked);
    expect(blend.map(({ maxEvents }) => maxEvents)).toEqual([3, 12, null]);
    const [short, medium] = blend.map((weights) => inSpreads(weights, asked)) as [
      Record<ScoreTerm, number>,
      Record<ScoreTerm, number>,
    ];
    expect(short.popularity).toBeGreaterThan(2 * short.neighbors);
    expect(medium.neighbors).toBeGreaterThan(2 * medium.popularity);
  });

  test('takes the weights fitted on all cases for a length with fewer than 400', async () => {
    // No case has more than 12 events, so the last weights are those of all cases together.
    const lastTwo = async (numLong: number) => {
      const cases = [...shortCases(600, byNeighbor), ...longCases(numLong, byPopularity)];
      const blend = await fitBlend(await blendCases(cases));
      return blend.slice(1).map(({ maxEvents: _, ...weights }) => weights);
    };
    const [fewer, allOfFewer] = await lastTwo(399);
    expect(fewer).toEqual(allOfFewer);
    const [enough, allOfEnough] = await lastTwo(400);
    expect(enough).not.toEqual(allOfEnough);
  });

  test('is text, then popularity, where there are no orders to fit it on', async () => {
    expect(await fitBlend([])).toEqual([
      { maxEvents: null, sequence: 0, neighbors: 0, text: 1, popularity: 0.1, seen: 0, again: 0, fresh: 0 },
    ]);
  });

  test('stays where the search starts on fewer than 30 cases', async () => {
    const inUnits = async (count: number) => {
      const asked = await blendCases(shortCases(count, byPopularity));
      return inSpreads((await fitBlend(asked))[0] as BlendWeights, asked);
    };
    const start = { sequence: 1, neighbors: 1, text: 0.12, popularity: 0.12, seen: 0.12, again: 0, fresh: 0 };
    for (const [term, weight] of Object.entries(await inUnits(29))) {
      expect(weight).toBeCloseTo(start[term as ScoreTerm], 3); // no case has an earlier visit or anything new
    }
    expect((await inUnits(30)).popularity).toBeGreaterThan(0.5);
  });

  test('leaves out the terms that may not take part, and one that tells nothing apart', async () => {
    const asked = await blendCases(shortCases(40, byNeighbor));
    for (const { maxEvents: _, ...weights } of await fitBlend(asked, ['text', 'popularity', 'again'])) {
      expect(weights).toMatchObject({ sequence: 0, neighbors: 0, seen: 0 });
      expect(weights.again).toBe(0); // no case has an earlier visit
      expect(weights.text + weights.popularity).toBeGreaterThan(0);
    }
  });

  test.each([
    ['nobody wants it', 0],
    ['many want it', 0.4],
  ])('shows what is new as much as the best NDCG@20 allows, where %s', async (_, shareWantingNew) => {
    const { model, cases } = modelWithNews(shareWantingNew);
    const asked = await blendCasesOf(model, { items: ITEMS, cases });
    const blend = await fitBlend(asked);
    const [{ fresh }] = blend as [BlendWeights];
    expect(blend.map((weights) => weights.fresh)).toEqual([fresh, fresh, fresh]);
    expect(fresh).toBeGreaterThan(0);
    const ndcgTimes = (factor: number) =>
      ndcgWith(
        blend.map((weights) => ({ ...weights, fresh: factor * fresh })),
        cases,
        model,
      );
    const chosen = await ndcgTimes(1);
    for (const factor of [0, 0.25, 0.5]) expect(chosen).toBeGreaterThan(0.985 * (await ndcgTimes(factor)));
    expect(await ndcgTimes(1.6)).toBeLessThan(0.995 * chosen); // a step of the search is at most half more than the one before
  });

  test('gives what is new no weight where it takes no part', async () => {
    const { model, cases } = modelWithNews(0.4);
    const [weights] = await fitBlend(await blendCasesOf(model, { items: ITEMS, cases }), ['neighbors', 'popularity']);
    expect(weights?.fresh).toBe(0);
  });

  test('may speak against what was just looked at', async () => {
    // Text puts an item itself first and what is like it next; wanted is what is most like it, never itself.
    const model = modelWithSignals();
    const cases = Array.from({ length: 40 }, (_, row) => caseOf([row], (last) => last));
    const [asked] = await blendCasesOf(model, { items: ITEMS, cases });
    expect(asked?.numTargets).toBe(1);
    const nearest = await Promise.all(cases.map((each) => mostLike(model, each)));
    const wanted = cases.map((each, i) => ({ ...each, targets: [nearest[i] as number] }));
    const [weights] = await fitBlend(await blendCasesOf(model, { items: ITEMS, cases: wanted }), ['text', 'seen']);
    expect(weights?.text).toBeGreaterThan(0);
    expect(weights?.seen).toBeLessThan(0);
  });

  test('does not depend on the blend that the model had', async () => {
    const model = modelWithSignals();
    const blend = EVEN.map((weights) => ({ ...weights, neighbors: 7, text: 5, again: 3 }));
    const cases = shortCases(40, byNeighbor);
    const other = await blendCasesOf({ ...model, config: { ...model.config, blend } }, { items: ITEMS, cases });
    expect(await fitBlend(other)).toEqual(await fitBlend(await blendCases(cases)));
  });
});

/** The item, but the one of the case itself, that the text term puts first. */
async function mostLike(model: Model, { events, customer, targets }: TestCase): Promise<number> {
  const blend = [{ maxEvents: null, sequence: 0, neighbors: 0, text: 1, popularity: 0, seen: 0, again: 0, fresh: 0 }];
  const recommend = await deviceRecommender({ ...model, config: { ...model.config, blend } }, ITEMS);
  const scores = await recommend({ events, customer, targets, hasHistory: false });
  scores[targets[0] as number] = Number.NEGATIVE_INFINITY;
  return scores.indexOf(Math.max(...scores));
}
