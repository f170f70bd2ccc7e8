import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CatalogItem } from '#protocol/catalog.ts';
import { CONFIG } from '#trainer/config.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { textFeatures } from '#trainer/text-features.ts';
import { exactDot } from '../model/random-model.ts';
import { catalogItem } from './dataset-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { titlesOf } from './shop-texts.ts';

const DIM = CONFIG.textDim;
const ENGLISH = [
  'Blue stoneware mug',
  'Red enamel mug',
  'Brass table lamp',
  'Oak floor lamp with linen shade',
  'Wool blanket for the sofa',
  'Cotton bath towel, extra large',
];

const titled = (titles: readonly string[]): CatalogItem[] =>
  titles.map((title, row) => catalogItem(row, { title, categories: [], description: '' }));

async function featuresOf(items: readonly CatalogItem[], seed = 301) {
  const cacheFile = join(await makeScratchFolder(), 'texts.cache');
  const done: number[] = [];
  const { features, source } = await textFeatures(items, {
    cacheFile,
    random: seededRandom(seed),
    onProgress: (n) => done.push(n),
  });
  const rows = Array.from({ length: items.length }, (_, row) => features.subarray(row * DIM, (row + 1) * DIM));
  return {
    features,
    rows,
    source,
    done,
    isCached: await readFile(cacheFile).then(
      () => true,
      () => false,
    ),
  };
}

const squareLengths = (rows: readonly Float32Array[]) => rows.map((row) => exactDot(row, row));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each([
  ['English by the sentence encoder', titled(ENGLISH)],
  ['German by subwords', titled(titlesOf('de').map(({ title }) => title))],
  ['Japanese by subwords', titled(titlesOf('ja').map(({ title }) => title))],
] as const)('text features, %s', (_, items) => {
  test('have a mean square length of 1, a mean of 0, and columns by falling variance', async () => {
    const { rows } = await featuresOf(items);
    expect(mean(squareLengths(rows))).toBeCloseTo(1, 4);
    const variances = Array.from({ length: DIM }, (_, c) => mean(rows.map((row) => (row[c] as number) ** 2)));
    variances.forEach((variance, c) => {
      expect(Math.abs(mean(rows.map((row) => row[c] as number)))).toBeLessThan(1e-5);
      if (c > 0) expect(variance).toBeLessThan((variances[c - 1] as number) + 1e-9);
    });
  });

  test('are the same for the same seed, and tell of their progress', async () => {
    const first = await featuresOf(items);
    expect((await featuresOf(items)).features).toEqual(first.features);
    expect(first.done.at(-1)).toBe(items.length);
  });

  test('are 0 for items without text, and the others’ are as if those were not there', async () => {
    const mixed = [...items.slice(0, 3), ...titled(['–']), ...items.slice(3), ...titled([''])];
    const { rows, done } = await featuresOf(mixed);
    for (const row of [3, mixed.length - 1]) expect(rows[row]).toEqual(new Float32Array(DIM));
    expect(rows.toSpliced(3, 1).slice(0, -1)).toEqual((await featuresOf(items)).rows);
    expect(done.at(-1)).toBe(mixed.length);
  });
});

describe('text features', () => {
  test.each([
    ['de', 22],
    ['ja', 25],
    ['th', 23],
    ['zh', 21],
  ] as const)('of a small shop in %s put at least %d titles next to one of their category', async (language, least) => {
    const shop = titlesOf(language);
    const { rows, source } = await featuresOf(titled(shop.map(({ title }) => title)));
    expect(source).toEqual({ kind: 'subword', language, numTokens: expect.any(Number) });
    const numRight = shop.filter(({ category }, row) => shop[nearest(rows, row)]?.category === category).length;
    expect(numRight).toBeGreaterThanOrEqual(least);
  });

  test('come from the sentence encoder where the texts are English, and are kept', async () => {
    const items = titled([...ENGLISH, ...ENGLISH.map((title) => `${title}, second choice`)]);
    const { source, rows, isCached } = await featuresOf(items);
    expect(source).toEqual({ kind: 'english' });
    expect(isCached).toBe(true);
    expect(nearest(rows, 0)).toBe(ENGLISH.length);
  });

  test('come from subwords where there is too little text to tell', async () => {
    const { source, rows, isCached } = await featuresOf(titled(['Blue mug', 'Red mug', 'Table lamp']));
    expect(Object.keys(source)).toEqual(['kind', 'numTokens']);
    expect(isCached).toBe(false);
    expect(nearest(rows, 0)).toBe(1);
  });

  test('of a shop without any text are 0', async () => {
    const { features, source } = await featuresOf(titled(['', '–', '🫖', '']));
    expect(source).toEqual({ kind: 'none' });
    expect(features).toEqual(new Float32Array(4 * DIM));
  });

  test.each([
    ['the same text', Array<string>(7).fill('Handtuch aus Baumwolle mit Streifen in drei Farben')],
    ['nothing in common', ['Becher', 'Lampe', 'Kissen']],
    ['one item', ['Handtuch']],
    ['no item', []],
  ])('are 0 where they could say nothing: %s', async (_, titles) => {
    const { features } = await featuresOf(titled(titles));
    expect(features).toEqual(new Float32Array(titles.length * DIM));
  });

  test('read categories and descriptions, too', async () => {
    const [red, blue, green] = titled(['Rot', 'Blau', 'Grün']) as [CatalogItem, CatalogItem, CatalogItem];
    const { rows } = await featuresOf([
      { ...red, categories: ['Wohnen/Kissen'] },
      { ...blue, description: 'Ein Kissen.' },
      { ...green, categories: ['Wohnen/Lampen'] },
    ]);
    expect(nearest(rows, 0)).toBe(1);
  });
});

/** The row with the highest cosine. */
function nearest(rows: readonly Float32Array[], row: number): number {
  const own = rows[row] as Float32Array;
  const cosines = rows.map((other, i) =>
    i === row ? Number.NEGATIVE_INFINITY : exactDot(own, other) / Math.sqrt(exactDot(other, other) || 1),
  );
  return cosines.indexOf(Math.max(...cosines));
}
