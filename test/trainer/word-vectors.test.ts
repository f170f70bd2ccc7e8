import { describe, expect, test } from 'vitest';
import { wordsOf } from '#protocol/words.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { distillWords, searchableText } from '#trainer/word-vectors.ts';
import { exactDot, spread } from '../model/random-model.ts';
import { catalogItem } from './dataset-fixture.ts';

const DIM = 6;
const COLORS = ['blue', 'red', 'green'];
const THINGS = ['mug', 'lamp', 'chair', 'bowl'];

describe('the words of a shop', () => {
  test('come from titles, categories and attributes, most frequent first, of equal ones by alphabet', () => {
    const items = [
      catalogItem(3, { title: 'Red mug', categories: ['Kitchen/Mugs'], attributes: { material: 'clay' } }),
      catalogItem(4, { title: 'Blue mug', categories: [], attributes: { color: 'red' }, description: 'Porcelain' }),
      catalogItem(5, { title: 'Mug, mug', categories: [], attributes: {} }),
    ];
    const { words } = distillWords(items, spread(3 * DIM, 2, seededRandom(291)), DIM);
    expect(words).toEqual(['mug', 'red', 'blue', 'clay', 'kitchen', 'mugs']);
    expect(searchableText(items[0] as (typeof items)[number])).toBe('Red mug Kitchen/Mugs clay');
  });

  test('add up to where the item of a text lies', () => {
    // Item vectors that are sums of a color and a thing: the table can be exact.
    const random = seededRandom(292);
    const meaning = new Map([...COLORS, ...THINGS].map((word) => [word, spread(DIM, 2, random)]));
    const pairs = COLORS.flatMap((color) => THINGS.map((thing) => [color, thing] as const));
    const items = pairs.map((pair, row) => catalogItem(row, { title: pair.join(' '), categories: [] }));
    const vectors = Float32Array.from(
      pairs.flatMap(([color, thing]) =>
        Array.from(
          { length: DIM },
          (_, d) => (meaning.get(color)?.[d] as number) + (meaning.get(thing)?.[d] as number),
        ),
      ),
    );
    const { words, vectors: table } = distillWords(items, vectors, DIM);
    items.forEach(({ title }, row) => {
      const sum = new Float32Array(DIM);
      for (const word of wordsOf(title)) {
        const at = words.indexOf(word) * DIM;
        sum.forEach((value, d) => {
          sum[d] = value + (table[at + d] as number);
        });
      }
      const exact = vectors.subarray(row * DIM, (row + 1) * DIM);
      const distance = Math.hypot(...sum.map((value, d) => value - (exact[d] as number)));
      expect(distance).toBeLessThan(0.02 * Math.sqrt(exactDot(exact, exact)));
    });
  });

  test('are also the words within a run where a script has no spaces, and each two neighbors', () => {
    const { words } = distillWords(
      [
        catalogItem(2, { title: '北欧風木製テーブル', categories: [] }),
        catalogItem(3, { title: 'กระเป๋าหนัง', categories: [] }),
      ],
      spread(2 * DIM, 2, seededRandom(293)),
      DIM,
    );
    expect(words).toEqual(
      expect.arrayContaining([
        '北欧風木製テーブル',
        '北欧',
        '木製',
        'テーブル',
        '木製テーブル',
        'กระเป๋า',
        'หนัง',
        'กระเป๋าหนัง',
      ]),
    );
  });

  test('of a script without spaces point where the items with them lie', () => {
    const random = seededRandom(294);
    const [tables, towels] = [spread(DIM, 2, random), spread(DIM, 2, random)];
    const titles = ['木製ダイニングテーブル', 'ガラスのサイドテーブル', '吸水バスタオル', '今治フェイスタオル'];
    const items = titles.map((title, row) => catalogItem(row, { title, categories: [] }));
    const vectors = Float32Array.from([...tables, ...tables, ...towels, ...towels]);
    const { words, vectors: table } = distillWords(items, vectors, DIM);
    const at = words.indexOf('テーブル') * DIM;
    const meaning = table.subarray(at, at + DIM);
    expect(exactDot(meaning, tables)).toBeGreaterThan(
      0.99 * Math.sqrt(exactDot(meaning, meaning) * exactDot(tables, tables)),
    );
  });

  test('are at most 8,000', () => {
    const items = Array.from({ length: 410 }, (_, row) => {
      const own = Array.from({ length: 20 }, (_, i) => `w${row}x${i}`).join(' ');
      return catalogItem(row, { title: `mug ${own}`, categories: [] });
    });
    const { words, vectors } = distillWords(items, new Float32Array(410 * 2).fill(0.5), 2);
    expect(words).toHaveLength(8000);
    expect(words[0]).toBe('mug');
    expect(vectors).toHaveLength(16_000);
  });

  test('of an item without any leave it alone', () => {
    const items = [catalogItem(2, { title: '7', categories: [] }), catalogItem(3, { title: 'mug', categories: [] })];
    const { words, vectors } = distillWords(items, Float32Array.of(5, 6, 2, -3), 2);
    expect(words).toEqual(['mug']);
    expect([...vectors]).toEqual([expect.closeTo(2, 4), expect.closeTo(-3, 4)]);
  });
});
