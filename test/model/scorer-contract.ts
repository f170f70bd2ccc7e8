import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { quantizeRows } from '#model/item-table.ts';
import type { ScoredRows, Scorer, TopQuery } from '#model/scorer.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, spread } from './random-model.ts';
import { expectExact, expectSame, slowTop } from './slow-top.ts';

/** Rows and width of the tables scored: hardly a number of rows is a multiple of what a kernel likes. */
const SIZES = [
  [1, 8],
  [5, 64],
  [37, 8],
  [32, 64],
  [131, 64],
  [333, 16],
  [210, 24],
  [77, 256],
] as const;

/** What every scorer promises, whatever computes it: see `model/scorer.ts`. */
export function scorerContract(kind: Scorer['kind'], create: (table: ScoringTable) => Promise<Scorer>): void {
  describe(`the ${kind} scorer`, () => {
    const open: Scorer[] = [];
    const scorerOf = async (table: ScoringTable): Promise<Scorer> => {
      const scorer = await create(table);
      open.push(scorer);
      return scorer;
    };
    afterEach(() => {
      for (const scorer of open.splice(0)) scorer.dispose();
    });

    test('says what it is', async () => {
      expect((await scorerOf(randomTable(3, 8, seededRandom(500)))).kind).toBe(kind);
    });

    test.each(SIZES)('finds the best of %d rows of %d with their exact scores', async (numItems, dim) => {
      const random = seededRandom(501 + numItems);
      const table = randomTable(numItems, dim, random);
      const scorer = await scorerOf(table);
      for (const height of [0.02, 1.7, 900]) {
        for (const popularityWeight of [0, 2.3, -40]) {
          for (const count of [1, 7, 20]) {
            await expectExact(scorer, table, { query: spread(dim, height, random), popularityWeight, count });
          }
        }
      }
    });

    test('finds the best for any query, weight and count', async () => {
      const table = randomTable(61, 16, seededRandom(505));
      table.lifts.set([3.5, Number.NEGATIVE_INFINITY, -0.2], 20);
      const scorer = await scorerOf(table);
      const values = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 16, maxLength: 16 });
      await fc.assert(
        fc.asyncProperty(
          values,
          fc.integer({ min: -15, max: 15 }),
          fc.double({ min: -90, max: 90, noNaN: true }),
          fc.integer({ min: 0, max: 80 }),
          async (list, power, popularityWeight, count) => {
            const query = Float32Array.from(list, (value) => value * 2 ** power);
            await expectExact(scorer, table, { query, popularityWeight, count });
          },
        ),
        { seed: 506, numRuns: 60 },
      );
    });

    test('finds the best where one value of the query outweighs all others', async () => {
      const table = randomTable(161, 64, seededRandom(502));
      const query = spread(64, 0.01, seededRandom(503)).with(17, -40);
      await expectExact(await scorerOf(table), table, { query, popularityWeight: 0.6, count: 20 });
    });

    test.each([32, 1023, 32_767])(
      'finds a row all of whose score a query of %d steps rounds away',
      async (numSteps) => {
        const table = createScoringTable(70, 64);
        const query = new Float32Array(64).fill(0.49 * (40 / numSteps));
        for (let d = 1; d < 64; d += 3) query[d] = -(query[d] as number);
        table.values.set(
          query.map((value) => 127 * Math.sign(value)),
          40 * 64,
        );
        table.values[40 * 64] = 0;
        query[0] = 40;
        table.scales[40] = 0.3;
        table.lifts.fill(0.999 * exactDot(query, exactRow(table, 40)), 0, 40);
        table.lifts[40] = 0;
        const scorer = await scorerOf(table);
        await expectExact(scorer, table, { query, popularityWeight: 0, count: 1 });
      },
    );

    test('finds a row whose low scale makes little of a product below 0', async () => {
      const table = createScoringTable(70, 8);
      table.values.fill(45);
      table.scales.fill(1);
      table.scales[37] = 0.01;
      table.lifts.fill(0);
      table.lifts.fill(700, 0, 32);
      const scorer = await scorerOf(table);
      const asked = { query: new Float32Array(8).fill(-3), popularityWeight: 0, count: 1 };
      await expectExact(scorer, table, asked);
      expect([...(await scorer.top(asked)).rows]).toEqual([37]);
    });

    test('is exact at the ends of int8', async () => {
      const table = createScoringTable(7, 8);
      table.values.set(Array.from({ length: 56 }, (_, i) => (i % 3 === 0 ? -128 : 127)));
      table.values.fill(-128, 16, 24);
      table.scales.set([0.3, 0.7, 0.5, 2.5, 0, 0.3, 0.9]);
      table.lifts.fill(0);
      const scorer = await scorerOf(table);
      for (const query of [spread(8, 3, seededRandom(504)), new Float32Array(8).fill(-2.2)]) {
        await expectExact(scorer, table, { query, popularityWeight: 0, count: 7 });
      }
    });

    test('ranks by popularity and lifts alone where the query is zero', async () => {
      const table = randomTable(203, 64, seededRandom(507));
      table.lifts.fill(0.4, 70, 90);
      const scorer = await scorerOf(table);
      for (const popularityWeight of [1.9, -0.7, 0]) {
        await expectExact(scorer, table, { query: new Float32Array(64), popularityWeight, count: 20 });
      }
    });

    test('puts the lower row first where scores are equal, also where not all of them have room', async () => {
      const table = createScoringTable(150, 8);
      table.values.fill(45);
      table.scales.fill(0.02);
      table.popularity.fill(0.31);
      table.lifts.fill(-1.7);
      table.lifts[140] = -1.6;
      const scorer = await scorerOf(table);
      const query = spread(8, 2, seededRandom(508));
      const { rows, scores } = await scorer.top({ query, popularityWeight: 1.1, count: 5 });
      expect([...rows]).toEqual([140, 0, 1, 2, 3]);
      expect(new Set(scores.subarray(1)).size).toBe(1);
      table.lifts[140] = -1.7;
      scorer.refresh('lifts');
      expect([...(await scorer.top({ query, popularityWeight: 1.1, count: 20 })).rows]).toEqual([...Array(20).keys()]);
    });

    test('tells scores apart that float32 would mix up on the way', async () => {
      const random = seededRandom(529);
      const table = createScoringTable(2000, 8);
      for (let row = 0; row < 2000; row++) {
        const popularity = Math.fround(random());
        table.popularity[row] = popularity;
        table.lifts[row] = 1 - 1.9 * popularity + 2 ** -21 * random();
      }
      await expectExact(await scorerOf(table), table, {
        query: new Float32Array(8),
        popularityWeight: 1.9,
        count: 20,
      });
    });

    test('takes scores that round to −0 and to 0 for equal', async () => {
      const table = createScoringTable(30, 8);
      table.lifts.fill(0);
      table.popularity.fill(0.4, 0, 2);
      const asked = { query: new Float32Array(8), popularityWeight: -1e-50, count: 4 };
      expect([...(await (await scorerOf(table)).top(asked)).rows]).toEqual([0, 1, 2, 3]);
    });

    test('never finds a row at −Infinity', async () => {
      const table = randomTable(50, 16, seededRandom(509));
      const scorer = await scorerOf(table);
      const asked = { query: spread(16, 2, seededRandom(510)), popularityWeight: 3.7, count: 50 };
      table.lifts.fill(Number.NEGATIVE_INFINITY);
      scorer.refresh('lifts');
      expect((await scorer.top(asked)).rows).toHaveLength(0);
      table.lifts.set([0.2, 0.3], 30);
      scorer.refresh('lifts');
      await expectExact(scorer, table, asked);
      expect([...(await scorer.top(asked)).rows].sort()).toEqual([30, 31]);
    });

    test.each([
      [0, 0],
      [33, 33],
      [34, 33],
      [9000, 33],
    ])('asked for %d of 33 rows, gives %d', async (count, expected) => {
      const table = randomTable(33, 8, seededRandom(511));
      const asked = { query: spread(8, 2, seededRandom(512)), popularityWeight: 0.4, count };
      const scorer = await scorerOf(table);
      expect((await scorer.top(asked)).rows).toHaveLength(expected);
      await expectExact(scorer, table, asked);
    });

    test('finds ten thousand rows of more', async () => {
      const table = randomTable(10_200, 8, seededRandom(513));
      const asked = { query: spread(8, 2, seededRandom(514)), popularityWeight: 0.4, count: 10_000 };
      await expectExact(await scorerOf(table), table, asked);
    });

    test('sees rows, scales, popularity and lifts that come and change after it began', async () => {
      const random = seededRandom(515);
      const table = createScoringTable(90, 16);
      const scorer = await scorerOf(table);
      const ask = (): TopQuery => ({ query: spread(16, 2, random), popularityWeight: 0.8, count: 20 });
      expect((await scorer.top(ask())).rows).toHaveLength(0);
      for (const [firstRow, numRows] of [
        [40, 13], // the first shard to come need not be the first of the table
        [0, 40],
        [53, 37],
        [17, 6], // and rows may change
      ] as const) {
        writeRows(table, firstRow, randomTable(numRows, 16, random));
        scorer.refresh({ firstRow, numRows });
        scorer.refresh('lifts');
        await expectExact(scorer, table, ask());
      }
      expect((await scorer.top({ ...ask(), count: 90 })).rows).toHaveLength(90);
      for (const row of [60, 3, 41]) table.lifts[row] = 90 + row;
      scorer.refresh('lifts');
      const asked = ask();
      await expectExact(scorer, table, asked);
      expect([...(await scorer.top(asked)).rows.subarray(0, 3)]).toEqual([60, 41, 3]);
    });

    test('finds a row that rises among rows that are far below all that is found', async () => {
      const table = randomTable(100, 8, seededRandom(527));
      table.lifts.fill(-50, 32);
      const scorer = await scorerOf(table);
      const asked = { query: spread(8, 0.3, seededRandom(528)), popularityWeight: 0.2, count: 3 };
      await expectExact(scorer, table, asked);
      table.popularity[53] = 600;
      scorer.refresh({ firstRow: 53, numRows: 1 });
      await expectExact(scorer, table, asked);
      table.lifts[70] = 9;
      scorer.refresh('lifts');
      await expectExact(scorer, table, asked);
      expect([...(await scorer.top(asked)).rows.subarray(0, 2)]).toEqual([53, 70]);
    });

    test('leaves the query as it was, and answers that it gave', async () => {
      const table = randomTable(40, 8, seededRandom(516));
      const scorer = await scorerOf(table);
      const query = spread(8, 2, seededRandom(517));
      const before = query.slice();
      const first = await scorer.top({ query, popularityWeight: 0.2, count: 9 });
      const copy = { rows: first.rows.slice(), scores: first.scores.slice() };
      await scorer.top({ query: query.map((value) => -value), popularityWeight: 0.2, count: 9 });
      expect(query).toEqual(before);
      expect(first).toEqual(copy);
    });

    test('answers two questions asked at once', async () => {
      const table = randomTable(300, 64, seededRandom(518));
      const scorer = await scorerOf(table);
      const asked = [519, 520, 521].map((seed) => ({
        query: spread(64, 2, seededRandom(seed)),
        popularityWeight: 0.2 * seed,
        count: seed - 505,
      }));
      const answers = await Promise.all(asked.map((one) => scorer.top(one)));
      asked.forEach((one, i) => {
        expectSame(answers[i] as ScoredRows, slowTop(table, one));
      });
    });

    test.each([
      [9, 3, 'expected query to have 8 values, got 9'],
      [7, 3, 'expected query to have 8 values, got 7'],
      [8, -2, 'expected count to be at least 0, got -2'],
      [8, Number.NaN, 'expected count to be at least 0, got NaN'],
    ])('refuses a query of %d values for %d rows', async (length, count, message) => {
      const scorer = await scorerOf(randomTable(19, 8, seededRandom(522)));
      const asked = { query: new Float32Array(length), popularityWeight: 0.2, count };
      await expect(scorer.top(asked)).rejects.toThrow(message);
    });
  });
}

/** A table of random rows, each with a popularity and a lift. */
export function randomTable(numItems: number, dim: number, random: Random): ScoringTable {
  const table = createScoringTable(numItems, dim);
  const { scales, values } = quantizeRows(spread(numItems * dim, 1.5, random), dim);
  table.scales.set(scales);
  table.values.set(values);
  table.popularity.set(Float32Array.from({ length: numItems }, random));
  table.lifts.set(spread(numItems, 0.3, random));
  return table;
}

function writeRows(table: ScoringTable, firstRow: number, rows: ScoringTable): void {
  table.values.set(rows.values, firstRow * table.dim);
  table.scales.set(rows.scales, firstRow);
  table.popularity.set(rows.popularity, firstRow);
  table.lifts.set(rows.lifts, firstRow);
}
