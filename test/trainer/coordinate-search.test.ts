import { describe, expect, test } from 'vitest';
import { coordinateSearch } from '#trainer/coordinate-search.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
const GRID = { x: [-2, 0, 2, 4], y: [1, 3, 5] };
const START: Point = { x: 0, y: 1 };

describe('a coordinate search', () => {
  test('finds the best of parameters that do not depend on each other', async () => {
    const measure = async ({ x, y }: Point) => -((x - 4) ** 2) - (y - 3) ** 2;
    expect(await coordinateSearch(START, GRID, { measure, maxRounds: 2 })).toEqual({
      best: { x: 4, y: 3 },
      figure: -0,
    });
  });

  test('goes round again where one parameter’s best depends on another', async () => {
    // Each step up opens the next one.
    const figures: Readonly<Record<string, number>> = { '0 1': 1, '0 3': 2, '2 3': 3, '2 5': 4 };
    const measure = async ({ x, y }: Point) => figures[`${x} ${y}`] ?? 0;
    const resultOf = (maxRounds: number) => coordinateSearch(START, GRID, { measure, maxRounds });
    expect(await resultOf(1)).toEqual({ best: { x: 0, y: 3 }, figure: 2 });
    expect(await resultOf(2)).toEqual({ best: { x: 2, y: 5 }, figure: 4 });
  });

  test('asks of each combination once at most, and of no more once a round changes nothing', async () => {
    const asked: string[] = [];
    const measure = async ({ x, y }: Point) => {
      asked.push(`${x} ${y}`);
      return x === 2 ? 7 : 5;
    };
    await coordinateSearch(START, GRID, { measure, maxRounds: 9 });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toEqual(['0 1', '-2 1', '2 1', '4 1', '2 3', '2 5']);
  });

  test.each([
    [0.5, { best: START, figure: 0.5 }],
    [0.5024, { best: START, figure: 0.5 }],
    [0.5026, { best: { x: -2, y: 1 }, figure: 0.5026 }],
  ])('takes another value only if it is better by half a percent: %d after 0.5', async (others, expected) => {
    const measure = async ({ x, y }: Point) => (x === START.x && y === START.y ? 0.5 : others);
    expect(await coordinateSearch(START, GRID, { measure, maxRounds: 2 })).toEqual(expected);
  });

  test('tells infinite values apart', async () => {
    const grid = { x: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], y: [1] };
    const measure = async ({ x }: Point) => (x === Number.NEGATIVE_INFINITY ? 3 : 2);
    const { best } = await coordinateSearch(START, grid, { measure, maxRounds: 1 });
    expect(best.x).toBe(Number.NEGATIVE_INFINITY);
  });
});
