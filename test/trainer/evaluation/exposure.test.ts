import { describe, expect, test } from 'vitest';
import { catalogCoverage, countExposure, exposureBySegment, giniCoefficient } from '#trainer/evaluation/exposure.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

const LISTS = [Uint32Array.of(4, 1), Uint32Array.of(4, 0, 2), Uint32Array.of(4)];

describe('exposure', () => {
  test('counts the lists that show each item', () => {
    expect([...countExposure(LISTS, 6)]).toEqual([1, 1, 1, 0, 3, 0]);
  });

  test.each([
    [[1, 1, 1, 0, 3, 0], 4 / 6],
    [[0, 0], 0],
    [[], 0],
  ])('of %j covers %d of the catalog', (exposure, expected) => {
    expect(catalogCoverage(exposure)).toBe(expected);
  });
});

describe('the Gini coefficient', () => {
  test.each([
    ['of equal counts is 0', [7, 7, 7, 7], 0],
    ['of one item that takes all is 1 − 1/N', [0, 0, 9, 0, 0], 0.8],
    ['of counts in steps', [3, 1, 2], 2 / 9],
    ['does not see the scale', [30, 10, 20], 2 / 9],
    ['of nothing counted is 0', [0, 0, 0], 0],
    ['of no item is 0', [], 0],
  ])('%s', (_, counts, expected) => {
    expect(giniCoefficient(counts)).toBeCloseTo(expected, 12);
  });

  test('is half the mean absolute difference of two items over the mean', () => {
    const random = seededRandom(121);
    const counts = Array.from({ length: 57 }, () => Math.floor(40 * random() ** 3));
    const differences = counts.flatMap((a) => counts.map((b) => Math.abs(a - b)));
    const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(giniCoefficient(counts)).toBeCloseTo(meanOf(differences) / 2 / meanOf(counts), 12);
    expect(giniCoefficient(Uint32Array.from(counts))).toBe(giniCoefficient(counts));
  });
});

describe('the fairness table', () => {
  const segments = { labels: ['mugs', 'sofas', 'lamps', 'rugs'], segmentOf: Uint16Array.of(0, 0, 2, 2, 2, 3) };

  test("has each segment's share of exposure beside its share of sales", () => {
    expect(exposureBySegment([2, 4, 6, 0, 8, 0], [3, 0, 4, 5, 0, 8], segments)).toEqual([
      { label: 'mugs', numItems: 2, shareOfExposure: 0.3, shareOfSales: 0.15, ratio: 2 },
      { label: 'lamps', numItems: 3, shareOfExposure: 0.7, shareOfSales: 0.45, ratio: 0.7 / 0.45 },
      { label: 'rugs', numItems: 1, shareOfExposure: 0, shareOfSales: 0.4, ratio: 0 },
    ]);
  });

  test('knows no ratio where nothing was sold, and no share of nothing', () => {
    expect(exposureBySegment([2, 3, 0, 0, 5, 0], [0, 0, 0, 0, 0, 9], segments).map(({ ratio }) => ratio)).toEqual([
      undefined,
      undefined,
      0,
    ]);
    const nothing = exposureBySegment([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], segments);
    expect(nothing.map(({ shareOfExposure, shareOfSales }) => [shareOfExposure, shareOfSales])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});
