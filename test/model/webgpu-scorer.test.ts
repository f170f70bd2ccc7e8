import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import { rescore } from '#model/scorer.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { GpuPage, type PageScorer } from './gpu-page.ts';
import { spread } from './random-model.ts';
import { scorerContract } from './scorer-contract.ts';
import type { GpuFeatures, HowToScore } from './scorer-page.ts';

const page = await GpuPage.open();
afterAll(() => page?.close());
if (!page) process.stdout.write('no WebGPU adapter in the browser: the webgpu scorer is not tested\n');
for (const [feature, isThere] of Object.entries(page?.features ?? {})) {
  if (!isThere) process.stdout.write(`the adapter lacks ${feature}: scoring with it is not tested\n`);
}

const gpu = page as GpuPage; // used only in tests that are skipped without one

/** Each way that an adapter may have to do without. */
const WAYS = [
  ['with all that the adapter has', []],
  ['without packed dot products', ['hasPackedDot']],
  ['without subgroups', ['hasSubgroups']],
  ['without both', ['hasPackedDot', 'hasSubgroups']],
] as const satisfies readonly (readonly [string, readonly (keyof GpuFeatures)[]])[];

const DIM = 64;

async function open(table: ScoringTable, how?: Partial<HowToScore>): Promise<PageScorer> {
  const scorer = await gpu.createScorer(table, how);
  onTestFinished(() => scorer.dispose());
  return scorer;
}

/** Rows of a shop: some hidden, some lifted, some popular, neighbors alike. */
function shopTable(numItems: number, random: () => number): ScoringTable {
  const table = createScoringTable(numItems, DIM);
  let category = spread(DIM, 90, random);
  for (let row = 0; row < numItems; row++) {
    if (row % 500 === 0) category = spread(DIM, 90, random);
    const own = spread(DIM, 37, random);
    for (let d = 0; d < DIM; d++) table.values[row * DIM + d] = (category[d] as number) + (own[d] as number);
    table.scales[row] = 0.002 + 0.01 * random();
    table.popularity[row] = random() ** 8;
    table.lifts[row] = row % 11 === 3 ? Number.NEGATIVE_INFINITY : row % 97 === 5 ? 0.4 : 0;
  }
  return table;
}

describe.skipIf(!page)('in a browser', () => {
  scorerContract('webgpu', (table) => gpu.createScorer(table));

  describe.each(WAYS)('%s', (_, without) => {
    test('names the same 20 rows as the exact reference, for 40 queries over 20,000 rows', async () => {
      const random = seededRandom(541);
      const table = shopTable(20_000, random);
      const [scorer, reference] = [await open(table, { without }), createJsScorer(table)];
      for (let i = 0; i < 40; i++) {
        const asked = { query: spread(DIM, 1.5, random), popularityWeight: 3 * random(), count: 20 };
        expect(await scorer.top(asked)).toEqual(await reference.top(asked));
      }
    });

    test('names the same rows where hundreds are asked for', async () => {
      const random = seededRandom(542);
      const table = shopTable(20_000, random);
      const [scorer, reference] = [await open(table, { without }), createJsScorer(table)];
      for (const count of [100, 400, 1500]) {
        const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.6, count };
        expect(await scorer.top(asked)).toEqual(await reference.top(asked));
      }
    });
  });

  test.each([20, 5000, 9000])('finds the lowest %d of 9,000 rows that tie', async (count) => {
    const table = createScoringTable(9000, 8);
    table.values.fill(3);
    table.scales.fill(0.7);
    table.lifts.fill(-0.2);
    const scorer = await open(table);
    const asked = { query: Float32Array.of(2, 3, -4, 0.5, 2, 1.5, -6, 3), popularityWeight: 1.3, count };
    const { rows } = await scorer.top(asked);
    expect(rows).toEqual(Uint32Array.from({ length: count }, (_, row) => row));
  });

  test('finds the lower rows of those that tie at the end of the list', async () => {
    const random = seededRandom(543);
    const table = shopTable(6000, random);
    for (let row = 3000; row < 6000; row++) {
      table.values.copyWithin(row * DIM, (row - 3000) * DIM, (row - 2999) * DIM);
      for (const name of ['scales', 'popularity', 'lifts'] as const)
        table[name][row] = table[name][row - 3000] as number;
    }
    const [scorer, reference] = [await open(table), createJsScorer(table)];
    const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.4, count: 21 };
    const best = await scorer.top(asked);
    expect(best).toEqual(await reference.top(asked));
    expect(best.rows[19]).toBe((best.rows[18] as number) + 3000);
    expect(best.rows[20]).toBeLessThan(3000);
  });

  test.each([12, 4, 252])('takes rows of %d values, which four words do not divide', async (dim) => {
    const random = seededRandom(544);
    const table = createScoringTable(700, dim);
    table.values.set(spread(700 * dim, 127, random));
    table.scales.set(spread(700, 0.9, random).map(Math.abs));
    table.lifts.set(spread(700, 2.5, random));
    const asked = { query: spread(dim, 1.5, random), popularityWeight: 0, count: 20 };
    expect(await (await open(table)).top(asked)).toEqual(await createJsScorer(table).top(asked));
  });

  test('finds each row of a table once that fills its last tile to the last place', async () => {
    const random = seededRandom(552);
    const table = shopTable(512, random);
    table.lifts.fill(0.3);
    const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.4, count: 600 };
    const { rows } = await (await open(table)).top(asked);
    expect(rows.toSorted()).toEqual(Uint32Array.from(table.lifts.keys()));
  });

  test('is exact where one value of the query is so large that the GPU sees the others but roughly', async () => {
    const random = seededRandom(553);
    const table = shopTable(3000, random);
    for (let row = 0; row < 3000; row++) table.values[row * DIM + 17] = 127; // so that the others decide
    table.scales.fill(0.006);
    table.lifts.fill(0);
    const scorer = await open(table);
    for (let i = 0; i < 5; i++) {
      const asked = { query: spread(DIM, 1.5, random).with(17, 32_512), popularityWeight: 0, count: 20 };
      expect(await scorer.top(asked)).toEqual(rescore(table, table.lifts.keys(), asked));
    }
  });

  test('is exact where lifts of a million cost the scores most of their digits', async () => {
    const random = seededRandom(545);
    const table = shopTable(6000, random);
    for (let row = 0; row < 6000; row += 3) table.lifts[row] = 1e6;
    const asked = { query: spread(DIM, 0.003, random), popularityWeight: 0.7, count: 20 };
    expect(await (await open(table)).top(asked)).toEqual(rescore(table, table.lifts.keys(), asked));
  });

  test('is exact at the ends of int8, and for queries whose values lie far apart', async () => {
    const random = seededRandom(546);
    const table = shopTable(3000, random);
    table.values.forEach((_, i) => {
      table.values[i] = random() < 0.5 ? -128 : 127;
    });
    const scorer = await open(table);
    for (const height of [1e-30, 1e-4, 7e5]) {
      const asked = { query: spread(DIM, height, random).with(17, -40 * height), popularityWeight: 0, count: 20 };
      expect(await scorer.top(asked)).toEqual(await createJsScorer(table).top(asked));
    }
  });

  test('answers several queries at a time, each its own', async () => {
    const random = seededRandom(547);
    const table = shopTable(6000, random);
    const [scorer, reference] = [await open(table), createJsScorer(table)];
    const queries = Array.from({ length: 6 }, (_, i) => ({
      query: spread(DIM, 1.5, random),
      popularityWeight: 0.2 * i,
      count: 10 + i,
    }));
    const answers = await Promise.all(queries.map((asked) => scorer.top(asked)));
    expect(answers).toEqual(await Promise.all(queries.map((asked) => reference.top(asked))));
  });

  test('follows lifts that change', async () => {
    const random = seededRandom(548);
    const table = shopTable(6000, random);
    const [scorer, reference] = [await open(table), createJsScorer(table)];
    const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.9, count: 20 };
    const before = await scorer.top(asked);
    for (const row of before.rows.subarray(0, 9)) table.lifts[row] = Number.NEGATIVE_INFINITY;
    table.lifts[3003] = 5000;
    scorer.refresh('lifts');
    const after = await scorer.top(asked);
    expect(after).toEqual(await reference.top(asked));
    expect(after.rows[0]).toBe(3003);
    expect(after.rows).not.toContain(before.rows[0]);
  });

  test('follows rows that arrive, and only those', async () => {
    const random = seededRandom(549);
    const full = shopTable(6000, random);
    const table = createScoringTable(6000, DIM);
    const scorer = await open(table);
    const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.9, count: 20 };
    expect((await scorer.top(asked)).rows).toHaveLength(0);
    const [firstRow, numRows] = [1203, 977];
    const arrive = (name: 'values' | 'scales' | 'popularity' | 'lifts', width: number) =>
      table[name].set(full[name].subarray(firstRow * width, (firstRow + numRows) * width), firstRow * width);
    arrive('values', DIM);
    for (const name of ['scales', 'popularity', 'lifts'] as const) arrive(name, 1);
    scorer.refresh({ firstRow, numRows });
    const best = await scorer.top(asked);
    expect(best).toEqual(await createJsScorer(table).top(asked));
    expect(best.rows).toHaveLength(20);
  });

  test('a device lost in the middle of a query rejects it, and all later ones', async () => {
    const random = seededRandom(550);
    const scorer = await open(shopTable(20_000, random));
    const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.9, count: 20 };
    expect(await scorer.ask(asked)).toMatchObject({ kind: 'answered' });
    expect(await scorer.ask(asked, 'lost')).toMatchObject({ kind: 'rejected', name: 'GpuLostError' });
    expect(await scorer.ask(asked)).toMatchObject({ kind: 'rejected', name: 'GpuLostError' });
  });

  test('an error that the device reports is as good as its loss, and is not printed', async () => {
    const random = seededRandom(551);
    const scorer = await open(shopTable(20_000, random));
    const asked = { query: spread(DIM, 1.5, random), popularityWeight: 0.9, count: 20 };
    await scorer.ask(asked, 'error');
    expect(await scorer.ask(asked)).toMatchObject({ kind: 'rejected', name: 'GpuLostError' });
    expect(gpu.printed).toEqual([]);
  });

  test('another width than a multiple of 4 up to 256 is refused', async () => {
    await expect(gpu.createScorer(createScoringTable(5, 6))).rejects.toThrow(
      'expected dim to be a multiple of 4 up to 256, got 6',
    );
    await expect(gpu.createScorer(createScoringTable(5, 260))).rejects.toThrow('got 260');
  });
});
