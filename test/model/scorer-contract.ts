import { afterEach, describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Scorer, TopQuery } from '#model/scorer.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from './random-model.ts';

/** Rows and width of the tables scored: no number of rows is a multiple of anything a kernel likes. */
const SIZES = [
  [1, 8],
  [5, 64],
  [37, 8],
  [131, 64],
  [1009, 64],
  [333, 16],
  [77, 256],
] as const;

/** A table of random rows, none hidden. */
export function randomTable(numItems: number, dim: number, random: () => number): ScoringTable {
  const table = createScoringTable(numItems, dim);
  table.values.forEach((_, i) => {
    table.values[i] = Math.round(254 * random() - 127);
  });
  table.scales.set(spread(numItems, 0.004, random).map((value) => value + 0.006));
  table.popularity.set(spread(numItems, 0.5, random).map((value) => value + 0.5));
  table.lifts.set(spread(numItems, 0.3, random));
  return table;
}

/** What every scorer promises, whatever computes it: see `model/scorer.ts`. */
export function scorerContract(kind: Scorer['kind'], create: (table: ScoringTable) => Promise<Scorer>): void {
  describe(`the ${kind} scorer`, () => {
    const open: Scorer[] = [];
    const scorerOf = async (table: ScoringTable): Promise<Scorer> => {
      const scorer = await create(table);
      open.push(scorer);
      return scorer;
    };
    const expectBest = async (scorer: Scorer, table: ScoringTable, asked: TopQuery): Promise<void> => {
      expect(await scorer.top(asked)).toEqual(await createJsScorer(table).top(asked));
    };
    afterEach(() => {
      for (const scorer of open.splice(0)) scorer.dispose();
    });

    test.each(SIZES)('finds the best of %d rows of %d', async (numItems, dim) => {
      const random = seededRandom(501 + numItems);
      const table = randomTable(numItems, dim, random);
      const scorer = await scorerOf(table);
      expect(scorer.kind).toBe(kind);
      for (const height of [0.02, 1.7, 900]) {
        for (const count of [1, 7, 20, numItems, numItems + 5]) {
          await expectBest(scorer, table, { query: spread(dim, height, random), popularityWeight: 0.7, count });
        }
      }
    });

    test('finds no row that is hidden', async () => {
      const random = seededRandom(502);
      const table = randomTable(61, 8, random);
      for (let row = 0; row < 61; row += 2) table.lifts[row] = Number.NEGATIVE_INFINITY;
      const scorer = await scorerOf(table);
      const { rows } = await scorer.top({ query: spread(8, 2, random), popularityWeight: 2, count: 61 });
      expect(rows.toSorted()).toEqual(Uint32Array.from({ length: 30 }, (_, i) => 2 * i + 1));
    });

    test('refuses a query of another length', async () => {
      const scorer = await scorerOf(randomTable(19, 8, seededRandom(511)));
      await expect(scorer.top({ query: new Float32Array(9), popularityWeight: 0, count: 3 })).rejects.toThrow(
        'expected query to have 8 values, got 9',
      );
    });
  });
}
