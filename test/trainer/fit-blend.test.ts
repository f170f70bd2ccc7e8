import { describe, expect, test } from 'vitest';
import type { Model } from '#model/model.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { deviceRecommender } from '#trainer/device-recommender.ts';
import { fitBlend } from '#trainer/fit-blend.ts';
import { measureRanking } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { randomModel } from '../model/random-model.ts';
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
  return {
    ...model,
    popularity: { recent: falling, longRun: falling },
    neighbors: {
      offsets: Uint32Array.from({ length: NUM_ITEMS + 1 }, (_, row) => row),
      rows: Uint32Array.from({ length: NUM_ITEMS }, (_, row) => (row + 45) % NUM_ITEMS),
      weights: new Uint8Array(NUM_ITEMS).fill(40),
    },
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

async function ndcgWith(blend: readonly BlendWeights[], cases: readonly TestCase[]): Promise<number> {
  const model = modelWithSignals();
  const recommend = await deviceRecommender({ ...model, config: { ...model.config, blend: [...blend] } }, ITEMS);
  return (await measureRanking(recommend, cases, seededRandom(312))).ndcgAt20;
}

const EVEN = [{ maxEvents: null, sequence: 1, neighbors: 1, text: 1, popularity: 1 }];

describe('the fitted blend', () => {
  test('prefers neighbors where orders follow them', async () => {
    const cases = shortCases(60, byNeighbor);
    const blend = await fitBlend(modelWithSignals(), { items: ITEMS, cases });
    expect(blend[0]?.neighbors).toBeGreaterThanOrEqual(8);
    expect(await ndcgWith(EVEN, cases)).toBeLessThan(0.7);
    expect(await ndcgWith(blend, cases)).toBeGreaterThan(0.95);
  });

  test('prefers popularity where orders follow it', async () => {
    const cases = shortCases(60, byPopularity);
    const blend = await fitBlend(modelWithSignals(), { items: ITEMS, cases });
    expect(blend[0]?.popularity).toBeGreaterThanOrEqual(8);
    const [even, fitted] = [await ndcgWith(EVEN, cases), await ndcgWith(blend, cases)];
    expect(even).toBeLessThan(0.3);
    expect(fitted).toBeGreaterThan(0.6);
  });

  test('differs by length of the profile, up to 3 events, up to 12, and above', async () => {
    const cases = [...shortCases(50, byPopularity), ...longCases(50, byNeighbor)];
    const blend = await fitBlend(modelWithSignals(), { items: ITEMS, cases });
    expect(blend.map(({ maxEvents }) => maxEvents)).toEqual([3, 12, null]);
    const [short, medium] = blend as [BlendWeights, BlendWeights];
    expect(short.popularity).toBeGreaterThan(4 * short.neighbors);
    expect(medium.neighbors).toBeGreaterThan(4 * medium.popularity);
  });

  test('takes the weights fitted on all cases for a length with fewer than 40', async () => {
    // No case has more than 12 events, so the last weights are those of all cases together.
    const lastTwo = async (numLong: number) => {
      const cases = [...shortCases(60, byNeighbor), ...longCases(numLong, byPopularity)];
      const blend = await fitBlend(modelWithSignals(), { items: ITEMS, cases });
      return blend.slice(1).map(({ maxEvents: _, ...weights }) => weights);
    };
    const [fewer, allOfFewer] = await lastTwo(39);
    expect(fewer).toEqual(allOfFewer);
    const [enough, allOfEnough] = await lastTwo(40);
    expect(enough).not.toEqual(allOfEnough);
  });

  test('is text, then popularity, where there are no orders to fit it on', async () => {
    expect(await fitBlend(modelWithSignals(), { items: ITEMS, cases: [] })).toEqual([
      { maxEvents: null, sequence: 0, neighbors: 0, text: 1, popularity: 0.1 },
    ]);
  });

  test('does not depend on the blend that the model had', async () => {
    const model = modelWithSignals();
    const other = {
      ...model,
      config: { ...model.config, blend: [{ maxEvents: null, sequence: 9, neighbors: 7, text: 5, popularity: 3 }] },
    };
    const cases = shortCases(12, byNeighbor);
    expect(await fitBlend(other, { items: ITEMS, cases })).toEqual(await fitBlend(model, { items: ITEMS, cases }));
  });
});
