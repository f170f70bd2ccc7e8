import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { ItemTable } from '#model/item-table.ts';
import type { Scorer } from '#model/scorer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, randomItems, spread } from './random-model.ts';

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

/** What every scorer promises, whatever computes it: see `model/scorer.ts`. */
export function scorerContract(kind: Scorer['kind'], create: (items: ItemTable) => Promise<Scorer>): void {
  describe(`the ${kind} scorer`, () => {
    const open: Scorer[] = [];
    const scorerOf = async (items: ItemTable): Promise<Scorer> => {
      const scorer = await create(items);
      open.push(scorer);
      return scorer;
    };
    afterEach(() => {
      for (const scorer of open.splice(0)) scorer.dispose();
    });

    test('says what it is', async () => {
      expect((await scorerOf(randomItems(3, 8, seededRandom(500)))).kind).toBe(kind);
    });

    test.each(SIZES)('is within 1e-3 of both norms of the exact product, for %d rows of %d', async (numItems, dim) => {
      const random = seededRandom(501 + numItems);
      const items = randomItems(numItems, dim, random);
      const scorer = await scorerOf(items);
      for (const height of [0.02, 1.7, 900]) {
        const query = spread(dim, height, random);
        expectWithinGuarantee(items, query, await scores(scorer, items, query));
      }
    });

    test('keeps its guarantee where one value of the query outweighs all others', async () => {
      const items = randomItems(61, 64, seededRandom(502));
      const query = spread(64, 0.01, seededRandom(503)).with(17, -40);
      expectWithinGuarantee(items, query, await scores(await scorerOf(items), items, query));
    });

    test('keeps its guarantee at the ends of int8', async () => {
      const items = {
        numItems: 4,
        dim: 8,
        scales: Float32Array.of(0.3, 0.7, 0, 2.5),
        values: Int8Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? -128 : 127)),
      };
      const query = spread(8, 3, seededRandom(504));
      expectWithinGuarantee(items, query, await scores(await scorerOf(items), items, query));
    });

    test('keeps its guarantee for any query', async () => {
      const items = randomItems(29, 16, seededRandom(505));
      const scorer = await scorerOf(items);
      const values = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 16, maxLength: 16 });
      await fc.assert(
        fc.asyncProperty(values, fc.integer({ min: -15, max: 15 }), async (list, power) => {
          const query = Float32Array.from(list, (value) => value * 2 ** power);
          expectWithinGuarantee(items, query, await scores(scorer, items, query));
        }),
        { seed: 506, numRuns: 40 },
      );
    });

    test('scores a zero query and a zero row as 0', async () => {
      const items = randomItems(13, 8, seededRandom(507));
      items.scales[6] = 0;
      const scorer = await scorerOf(items);
      expect([...(await scores(scorer, items, new Float32Array(8)))].every((score) => score === 0)).toBe(true);
      const out = await scores(scorer, items, spread(8, 2, seededRandom(508)));
      expect(Math.abs(out[6] as number)).toBe(0);
      expect(out.filter((score) => score !== 0)).toHaveLength(12);
    });

    test('overwrites what was in out and leaves the query as it was', async () => {
      const items = randomItems(19, 8, seededRandom(509));
      const scorer = await scorerOf(items);
      const query = spread(8, 2, seededRandom(510));
      const before = query.slice();
      const out = new Float32Array(19).fill(7e7);
      await scorer.score(query, out);
      expectWithinGuarantee(items, query, out);
      expect(query).toEqual(before);
    });

    test.each([
      ['a query', 9, 19, 'expected query to have 8 values, got 9'],
      ['a query', 7, 19, 'expected query to have 8 values, got 7'],
      ['room for scores', 8, 18, 'expected out to have 19 values, got 18'],
      ['room for scores', 8, 20, 'expected out to have 19 values, got 20'],
    ])(
      'refuses %s of another length: %d values in the query, %d in out',
      async (_, queryLength, outLength, message) => {
        const scorer = await scorerOf(randomItems(19, 8, seededRandom(511)));
        await expect(scorer.score(new Float32Array(queryLength), new Float32Array(outLength))).rejects.toThrow(message);
      },
    );
  });
}

async function scores(scorer: Scorer, { numItems }: ItemTable, query: Float32Array): Promise<Float32Array> {
  const out = new Float32Array(numItems).fill(Number.NaN);
  await scorer.score(query, out);
  return out;
}

/** Against the slow, obvious product in float64. */
function expectWithinGuarantee(items: ItemTable, query: Float32Array, out: Float32Array): void {
  const queryNorm = Math.sqrt(exactDot(query, query));
  const excess = Array.from(out, (score, r) => {
    const row = exactRow(items, r);
    return Math.abs(score - exactDot(query, row)) - 1e-3 * queryNorm * Math.sqrt(exactDot(row, row));
  });
  expect(out.every(Number.isFinite)).toBe(true);
  expect(Math.max(...excess)).toBeLessThanOrEqual(0);
}
