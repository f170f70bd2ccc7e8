import { describe, expect, test } from 'vitest';
import { diversify } from '#model/diversify.ts';
import { type ItemTable, quantizeRows } from '#model/item-table.ts';
import type { ScoredRows } from '#model/scorer.ts';
import { topRows } from '#model/top-rows.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, randomItems } from './random-model.ts';

interface Ranking {
  readonly items: ItemTable;
  readonly head: ScoredRows;
}

function headOf(scores: Float32Array, count: number): ScoredRows {
  const rows = topRows(scores, count);
  return { rows, scores: Float32Array.from(rows, (row) => scores[row] as number) };
}

/** The same rows, each score changed. */
function withScores({ items, head }: Ranking, change: (score: number) => number): Ranking {
  return { items, head: { rows: head.rows, scores: head.scores.map(change) } };
}

/** A head of 24 of 60 items, scores some units apart. */
function randomRanking(random: Random): Ranking {
  const items = randomItems(60, 6, random);
  const scores = Float32Array.from({ length: 60 }, () => 9 * random() ** 2 - 40);
  return { items, head: headOf(scores, 24) };
}

function reorder({ items, head }: Ranking, diversity: number): number[] {
  return [...diversify(head, items, diversity)];
}

function cosine(items: ItemTable, a: number, b: number): number {
  const [u, w] = [exactRow(items, a), exactRow(items, b)];
  return exactDot(u, w) / Math.sqrt(exactDot(u, u) * exactDot(w, w));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanCosineWith(items: ItemTable, row: number, placed: readonly number[]): number {
  return meanOf(placed.map((other) => cosine(items, row, other)));
}

function meanDistance(items: ItemTable, rows: readonly number[]): number {
  return meanOf(rows.flatMap((a, i) => rows.slice(0, i).map((b) => 1 - cosine(items, a, b))));
}

/** The formula, in float64 and from the start for every row. */
function slowOrder({ items, head: { rows, scores } }: Ranking, diversity: number): number[] {
  const range = (scores[0] as number) - (scores[scores.length >> 1] as number); // to the median
  const placed: number[] = [];
  while (placed.length < rows.length) {
    const left = [...rows].filter((row) => !placed.includes(row));
    const values = left.map((row) => {
      const penalty = placed.length === 0 ? 0 : meanCosineWith(items, row, placed);
      return ((1 - diversity) * (scores[rows.indexOf(row)] as number)) / range - diversity * penalty;
    });
    placed.push(left[values.indexOf(Math.max(...values))] as number);
  }
  return placed;
}

const RANKINGS = Array.from({ length: 20 }, (_, i) => randomRanking(seededRandom(700 + i)));
const KNOBS = [0.15, 0.4, 0.65, 0.9, 1];

describe('a diversified order', () => {
  test.each([0, ...KNOBS])('at %s is that of the formula', (diversity) => {
    for (const ranking of RANKINGS) expect(reorder(ranking, diversity)).toEqual(slowOrder(ranking, diversity));
  });

  test('at 0 is the order that was, equal scores included', () => {
    for (const ranking of RANKINGS) {
      const coarse = withScores(ranking, Math.round);
      expect(new Set(coarse.head.scores).size).toBeLessThan(coarse.head.rows.length);
      expect(reorder(coarse, 0)).toEqual([...ranking.head.rows]);
    }
  });

  test.each(KNOBS)('at %s has every row once and the best one first', (diversity) => {
    for (const ranking of RANKINGS) {
      const order = reorder(ranking, diversity);
      expect(order[0]).toBe(ranking.head.rows[0]);
      expect(order.toSorted((a, b) => a - b)).toEqual([...ranking.head.rows].sort((a, b) => a - b));
    }
  });

  test('is the same each time, and leaves rows and scores as they were', () => {
    for (const ranking of RANKINGS) {
      const before = { rows: ranking.head.rows.slice(), scores: ranking.head.scores.slice() };
      expect(reorder(ranking, 0.55)).toEqual(reorder({ ...ranking, head: before }, 0.55));
      expect(ranking.head).toEqual(before);
    }
  });

  test('does not depend on the scale of the scores, nor on a constant added to all', () => {
    for (const ranking of RANKINGS) {
      const inOtherShop = withScores(ranking, (score) => 32 * score + 16); // exact but for rounding to float32
      expect(reorder(inOtherShop, 0.55)).toEqual(reorder(ranking, 0.55));
    }
  });

  test('of a head as long as the shelf shows the same rows', () => {
    const [ranking] = RANKINGS as [Ranking];
    const shelf = { rows: ranking.head.rows.slice(0, 7), scores: ranking.head.scores.slice(0, 7) };
    expect(new Set(reorder({ ...ranking, head: shelf }, 0.8))).toEqual(new Set(shelf.rows));
  });

  test('follows distance alone where all scores are equal', () => {
    const [ranking] = RANKINGS as [Ranking];
    const { items, head } = withScores(ranking, () => 3.5);
    const [first, second] = reorder({ items, head }, 0.2) as [number, number];
    expect(first).toBe(head.rows[0]);
    const farthest = Math.min(...Array.from(head.rows, (row) => cosine(items, row, first)));
    expect(cosine(items, second, first)).toBeCloseTo(farthest, 6);
  });

  test('of no row or one is that', () => {
    const [ranking] = RANKINGS as [Ranking];
    const none = { rows: new Uint32Array(), scores: new Float32Array() };
    expect(reorder({ ...ranking, head: none }, 0.3)).toEqual([]);
    expect(reorder({ ...ranking, head: { rows: Uint32Array.of(12), scores: Float32Array.of(-7) } }, 0.3)).toEqual([12]);
  });

  test('puts a twin of the best item behind others', () => {
    const vectors = Float32Array.of(3, 0, 6, 0, 0, 2, -1, 1); // rows 0 and 1 point the same way
    const items = { numItems: 4, dim: 2, ...quantizeRows(vectors, 2) };
    const ranking = { items, head: headOf(Float32Array.of(5, 4.5, 4, 3), 4) };
    // Row 2 against row 1: behind by 0.5 of a range of 1 to the median, ahead by a cosine of 1; even at d
    // where (1 − d) / 2 = d.
    expect(reorder(ranking, 0.32)).toEqual([0, 1, 2, 3]);
    expect(reorder(ranking, 0.35)).toEqual([0, 2, 1, 3]);
  });
});

describe('a higher diversity', () => {
  test('never places a row next that is closer to those already placed', () => {
    let numCompared = 0;
    for (const ranking of RANKINGS) {
      const orders = [0, ...KNOBS].map((diversity) => reorder(ranking, diversity));
      for (const [i, higher] of orders.entries()) {
        for (const lower of orders.slice(0, i)) {
          const at = higher.findIndex((row, place) => row !== lower[place]);
          if (at < 1) continue;
          const placed = higher.slice(0, at);
          const [ofHigher, ofLower] = [higher, lower].map((order) =>
            meanCosineWith(ranking.items, order[at] as number, placed),
          ) as [number, number];
          expect(ofHigher).toBeLessThanOrEqual(ofLower + 1e-6);
          numCompared++;
        }
      }
    }
    expect(numCompared).toBeGreaterThan(200);
  });

  test("raises a shelf's mean distance on average over rankings", () => {
    const means = [0, ...KNOBS].map((diversity) =>
      meanOf(RANKINGS.map((ranking) => meanDistance(ranking.items, reorder(ranking, diversity).slice(0, 8)))),
    );
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    expect(means.at(-1)).toBeGreaterThan((means[0] as number) + 0.1);
  });
});

test.each([-0.01, 1.01, Number.NaN, Number.POSITIVE_INFINITY])('a diversity of %s is refused', (diversity) => {
  const [ranking] = RANKINGS as [Ranking];
  expect(() => reorder(ranking, diversity)).toThrow(RangeError);
  expect(() => reorder(ranking, diversity)).toThrow(`expected diversity to be 0…1, got ${diversity}`);
});
