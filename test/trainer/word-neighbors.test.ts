import { describe, expect, test } from 'vitest';
import type { CatalogItem } from '#protocol/catalog.ts';
import { WordIndex } from '#trainer/word-index.ts';
import { wordNeighbors } from '#trainer/word-neighbors.ts';
import { catalogItem } from './dataset-fixture.ts';

type Words = Partial<Pick<CatalogItem, 'title' | 'categories' | 'attributes' | 'description'>>;

const itemsOf = (all: readonly Words[]): CatalogItem[] =>
  all.map((words, row) => catalogItem(row, { title: '–', categories: [], attributes: {}, description: '', ...words }));

/** Rows and cosines of one item's neighbors, those of cosine 0 left out. */
function listOf(items: readonly CatalogItem[], row: number): [number, number][] {
  const found = wordNeighbors(new WordIndex(items), items.length);
  if (!found) return [];
  const at = Array.from({ length: found.count }, (_, i) => row * found.count + i);
  return at
    .map((place): [number, number] => [found.rows[place] as number, found.cosines[place] as number])
    .filter(([, cosine]) => cosine > 0);
}

describe('neighbors by words', () => {
  const titles = ['Red retrospot plate', 'Red retrospot bowl', 'Blue plate', 'Oak lamp', 'Red lamp'];
  const items = itemsOf(titles.map((title) => ({ title })));

  test('are by the cosine of words weighted by how rare they are', () => {
    const weight = (numItems: number) => Math.log1p(5 / numItems) ** 2;
    const [red, retrospot, plate, once] = [weight(3), weight(2), weight(2), weight(1)];
    expect(listOf(items, 0)).toEqual([
      [1, expect.closeTo((red + retrospot) / Math.sqrt((red + retrospot + plate) * (red + retrospot + once)), 5)],
      [2, expect.closeTo(plate / Math.sqrt((red + retrospot + plate) * (once + plate)), 5)],
      [4, expect.closeTo(red / Math.sqrt((red + retrospot + plate) * (red + weight(2))), 5)],
    ]);
  });

  test('read a word once, in any case, and descriptions, categories and attributes too', () => {
    const mixed = itemsOf([
      { title: 'Mug mug MUG' },
      { description: 'A mug.' },
      { categories: ['Kitchen/Mugs'] },
      { categories: ['Kitchen/Mugs'], attributes: { color: 'Red|Blue' } },
      { attributes: { color: 'blue' } },
      { title: 'Blue' },
    ]);
    expect(listOf(mixed, 0).map(([row]) => row)).toEqual([1]);
    expect(listOf(mixed, 3).map(([row]) => row)).toEqual([2, 4]);
    expect(listOf(mixed, 5)).toEqual([]);
  });

  test('are at most 32', () => {
    const many = itemsOf(Array.from({ length: 50 }, () => ({ title: 'Mug' })));
    expect(listOf(many, 40)).toHaveLength(32);
    expect(listOf(many, 40).map(([row]) => row)).not.toContain(40);
  });

  test.each([
    ['no item', []],
    ['one item', [{ title: 'Mug' }]],
    ['no word', [{}, {}, {}]],
    ['nothing in common', [{ title: 'Mug' }, { title: 'Lamp' }]],
  ])('are none where there is %s', (_, words) => {
    expect(wordNeighbors(new WordIndex(itemsOf(words)), words.length)).toBeUndefined();
  });
});
