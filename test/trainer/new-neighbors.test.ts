import { describe, expect, test } from 'vitest';
import { entriesOf, packLists } from '#trainer/neighbor-entries.ts';
import { withNewNeighbors } from '#trainer/new-neighbors.ts';
import { WordIndex } from '#trainer/word-index.ts';
import { catalogItem } from './dataset-fixture.ts';

/** Unit vectors in a plane, by their angles. */
const vectorsAt = (degrees: readonly number[]) =>
  Float32Array.from(degrees.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]));
const wordsOf = (titles: readonly string[]) =>
  new WordIndex(
    titles.map((title, row) => catalogItem(row, { title, categories: [], attributes: {}, description: '' })),
  );

const KNOWN = packLists([
  [
    { row: 1, weight: 0.4 },
    { row: 0, weight: 0.1 },
  ],
  [{ row: 3, weight: 0.2 }],
  [],
  [],
]);

/** Item 3 is new, like item 0 by word and vector, like item 1 by vector alone, and unlike item 2. */
function listsWith(newness: readonly number[]) {
  const neighbors = withNewNeighbors(KNOWN, {
    vectors: vectorsAt([0, 60, 170, 30]),
    newness: Uint8Array.from(newness),
    words: wordsOf(['Lamp', 'Bowl', 'Mug', 'Lamp']),
  });
  return [0, 1, 2, 3].map((row) => entriesOf(neighbors, row).map((entry) => [entry.row, entry.weight] as const));
}

describe('new items', () => {
  test('come into the lists of what they are like, by vector and words, and replace what was said of them', () => {
    const [first, second, third, own] = listsWith([0, 0, 0, 255]);
    expect(first).toEqual([
      [3, expect.closeTo(0.75, 2)],
      [1, expect.closeTo(0.4, 2)],
      [0, expect.closeTo(0.1, 2)],
    ]);
    expect(second).toEqual([[3, expect.closeTo((0.75 * 0.3) / 1.3, 2)]]);
    expect(third).toEqual([]);
    expect(own).toEqual([]);
  });

  test('count less the less new they are', () => {
    const [first] = listsWith([0, 0, 0, 51]);
    expect(new Map(first).get(3)).toBeCloseTo(0.15, 2);
  });

  test('change nothing where there are none', () => {
    expect(
      withNewNeighbors(KNOWN, {
        vectors: vectorsAt([0, 1, 2, 3]),
        newness: new Uint8Array(4),
        words: wordsOf(['Lamp', 'Lamp', 'Lamp', 'Lamp']),
      }),
    ).toEqual(KNOWN);
  });

  test('take eight places at most, those of the weakest, and leave the item’s own', () => {
    const full = packLists([
      Array.from({ length: 32 }, (_, row) => ({ row: 31 - row, weight: (32 - row) / 40 })),
      ...Array.from({ length: 51 }, () => []),
    ]);
    const neighbors = withNewNeighbors(full, {
      vectors: vectorsAt(Array.from({ length: 52 }, (_, row) => (row < 32 ? 0 : row - 31))),
      newness: Uint8Array.from({ length: 52 }, (_, row) => (row < 32 ? 0 : 255)),
      words: wordsOf(Array.from({ length: 52 }, () => 'Lamp')),
    });
    const rows = entriesOf(neighbors, 0).map(({ row }) => row);
    expect(rows).toHaveLength(32);
    expect(rows.filter((row) => row >= 32).sort()).toEqual([32, 33, 34, 35, 36, 37, 38, 39]);
    expect(rows).toContain(0);
    expect(rows).not.toContain(4);
    expect(rows).toContain(9);
  });
});
