import { describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { makeItems } from '../../bench/made-up-items.ts';
import { spread } from './random-model.ts';
import { randomTable, scorerContract } from './scorer-contract.ts';

const KINDS = ['relaxed-simd', 'simd'] as const;

scorerContract('js', async (table) => createJsScorer(table));
for (const kind of KINDS) scorerContract(kind, (table) => createSimdScorer(table, undefined, kind));

test('the fastest kernel that runs here is taken where none is asked for', async () => {
  expect((await createSimdScorer(createScoringTable(5, 8))).kind).toBe('relaxed-simd');
});

describe.each(KINDS)('the %s kernel', (kind) => {
  test.each([12, 264, 4])('refuses rows of %d values', async (dim) => {
    await expect(createSimdScorer(createScoringTable(5, dim), undefined, kind)).rejects.toThrow(
      `expected dim to be a multiple of 8 up to 256, got ${dim}`,
    );
  });

  test('refuses a table without memory that it could address', async () => {
    const table = { ...createScoringTable(5, 8), memory: undefined };
    await expect(createSimdScorer(table, undefined, kind)).rejects.toThrow(
      'expected WebAssembly, got a browser without',
    );
  });

  test('does not disturb one of another table', async () => {
    const [small, large] = [randomTable(9, 8, seededRandom(521)), randomTable(40, 16, seededRandom(522))];
    const first = await createSimdScorer(small, undefined, kind);
    const second = await createSimdScorer(large, undefined, kind);
    const asked = { query: spread(8, 3, seededRandom(523)), popularityWeight: 0.7, count: 6 };
    const before = await first.top(asked);
    await second.top({ query: spread(16, 5, seededRandom(524)), popularityWeight: 2.1, count: 11 });
    expect(await first.top(asked)).toEqual(before);
  });

  test('reads −Infinity in rows beyond the last one only', async () => {
    const table = randomTable(21, 8, seededRandom(525));
    const scorer = await createSimdScorer(table, undefined, kind);
    const found = await scorer.top({ query: new Float32Array(8), popularityWeight: -3, count: 40 });
    expect([...found.rows].sort((a, b) => a - b)).toEqual([...Array(21).keys()]);
  });
});

describe.each([
  ['relaxed-simd', (table: ScoringTable, pause: () => Promise<void>) => createSimdScorer(table, pause)],
  ['js', async (table: ScoringTable, pause: () => Promise<void>) => createJsScorer(table, pause)],
] as const)('the %s scorer with pauses', (_, create) => {
  const table = randomTable(20_000, 256, seededRandom(526));
  const ask = (seed: number) => ({ query: spread(256, 2, seededRandom(seed)), popularityWeight: 0.3, count: 20 });

  test('pauses between the parts of a large table', async () => {
    let numPauses = 0;
    const scorer = await create(table, async () => {
      numPauses++;
    });
    numPauses = 0;
    await scorer.top(ask(527));
    expect(numPauses).toBeGreaterThanOrEqual(2);
  });

  test('gives the answers of one without, also where a question comes in a pause', async () => {
    const whole = createJsScorer(table);
    const scorer = await create(table, () => new Promise((resolve) => setImmediate(resolve)));
    const asked = [ask(528), ask(529), ask(530)];
    const answers = await Promise.all(asked.map((one) => scorer.top(one)));
    for (const [i, one] of asked.entries()) expect(answers[i]?.rows).toEqual((await whole.top(one)).rows);
  });
});

describe.each(KINDS)('the top 20 of the %s kernel', (kind) => {
  test.each([
    ['clusters', 10_000, 531],
    ['clusters', 10_000, 532],
    ['clusters', 100_000, 533],
    ['gaussian', 10_000, 534],
    ['gaussian', 100_000, 535],
  ] as const)('are those of exact scores, in %s of %d items, seed %d', async (structure, numItems, seed) => {
    const { table, nextQuery } = makeItems(structure, { numItems, dim: 64, seed });
    const [exact, scorer] = [createJsScorer(table), await createSimdScorer(table, undefined, kind)];
    for (const popularityWeight of [0, 0.1, 0.8]) {
      const asked = { query: nextQuery(), popularityWeight, count: 20 };
      expect((await scorer.top(asked)).rows).toEqual((await exact.top(asked)).rows);
    }
  });
});
