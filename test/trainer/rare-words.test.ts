import { expect, test } from 'vitest';
import { splitRareWords } from '#trainer/rare-words.ts';
import { catalogItem } from './dataset-fixture.ts';

const plain = (row: number, title: string) => catalogItem(row, { title, categories: [], attributes: {} });
/** Five mugs, four lamps, and a word of one's own each. */
const ITEMS = [
  ...Array.from({ length: 5 }, (_, row) => plain(row, `mug number${row}`)),
  ...Array.from({ length: 4 }, (_, row) => plain(5 + row, `lamp number${5 + row} lamp`)),
];

test('words that at most four items have are taken out and keep the rows of those', () => {
  const words = ['mug', 'lamp', ...ITEMS.map((_, row) => `number${row}`)];
  const vectors = Float32Array.from({ length: 2 * words.length }, (_, i) => 3 + i);
  const { wordVectors, rareWords, ...rest } = splitRareWords({ words, vectors }, ITEMS, 2);
  expect(rest.words).toEqual(['mug']);
  expect(wordVectors).toEqual(Float32Array.of(3, 4));
  expect([...rareWords].slice(0, 3)).toEqual([
    ['lamp', [5, 6, 7, 8]],
    ['number0', [0]],
    ['number1', [1]],
  ]);
  expect(rareWords.size).toBe(10);
});

test('a word that was left out of the table stays out', () => {
  const { rareWords } = splitRareWords({ words: ['lamp'], vectors: new Float32Array(2) }, ITEMS, 2);
  expect([...rareWords.keys()]).toEqual(['lamp']);
});
