import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignedCopy, fromHex } from '#protocol/bytes.ts';
import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';
import { encodeNeighbors, parseNeighbors } from '#trainer/neighbor-file.ts';

/** The file of neighbor lists given one by one, `[row, weight]` each. */
function neighborsOf(lists: readonly (readonly (readonly [number, number])[])[]): Neighbors {
  const offsets = [0];
  for (const list of lists) offsets.push((offsets.at(-1) as number) + list.length);
  return {
    offsets: Uint32Array.from(offsets),
    rows: Uint32Array.from(lists.flat(), ([row]) => row),
    weights: Uint8Array.from(lists.flat(), ([, weight]) => weight),
  };
}

const LISTS = [
  [
    [2, 240],
    [1, 90],
  ],
  [],
  [[0, 17]],
] as const;
const NEIGHBOR_BYTES = fromHex(
  '00000000' + '02000000' + '02000000' + '03000000' + '02000000' + '01000000' + '00000000' + 'f05a11',
);

describe('stored neighbor lists', () => {
  test('are offsets, rows and weights, little-endian', () => {
    expect(encodeNeighbors(neighborsOf(LISTS))).toEqual(NEIGHBOR_BYTES);
    expect(parseNeighbors(alignedCopy(NEIGHBOR_BYTES), 3)).toEqual(neighborsOf(LISTS));
  });

  test('come back as the lists they were written from', () => {
    const list = fc.array(fc.tuple(fc.nat(5), fc.nat(255)), { maxLength: MAX_NEIGHBORS });
    fc.assert(
      fc.property(fc.array(list, { minLength: 6, maxLength: 6 }), (lists) => {
        const neighbors = neighborsOf(lists);
        expect(parseNeighbors(alignedCopy(encodeNeighbors(neighbors)), 6)).toEqual(neighbors);
      }),
      { seed: 42 },
    );
  });

  const fill = (length: number) => Array.from({ length }, (_, at) => [at % 3, 200 - at] as const);

  test('may hold 32 items for one item', () => {
    const neighbors = neighborsOf([fill(32), [], []]);
    expect(parseNeighbors(alignedCopy(encodeNeighbors(neighbors)), 3)).toEqual(neighbors);
  });

  const good = neighborsOf(LISTS);
  test.each<[string, Neighbors]>([
    ['an offset falls', { ...good, offsets: Uint32Array.of(0, 3, 2, 3) }],
    ['the first list starts past the first entry', { ...good, offsets: Uint32Array.of(2, 2, 2, 3) }],
    ['a row is past the catalog', { ...good, rows: Uint32Array.of(2, 3, 0) }],
    ['an item has 33 neighbors', neighborsOf([fill(33), [], []])],
    ['an offset is past the end', { ...good, offsets: Uint32Array.of(0, 30, 2, 3) }],
    ['the last offset says another number of entries', { ...good, offsets: Uint32Array.of(0, 2, 2, 4) }],
  ])('are refused when %s', (_, neighbors) => {
    expect(() => parseNeighbors(alignedCopy(encodeNeighbors(neighbors)), 3)).toThrow(
      expect.objectContaining({ code: 'neighbors-invalid' }),
    );
  });

  test('are refused when they are cut anywhere, or made for another number of items', () => {
    const refused = expect.objectContaining({ code: 'neighbors-invalid' });
    for (let length = 0; length < NEIGHBOR_BYTES.length; length++) {
      expect(() => parseNeighbors(alignedCopy(NEIGHBOR_BYTES.slice(0, length)), 3)).toThrow(refused);
    }
    expect(() => parseNeighbors(alignedCopy(NEIGHBOR_BYTES), 2)).toThrow(refused);
    expect(() => parseNeighbors(alignedCopy(NEIGHBOR_BYTES), 5)).toThrow(refused);
  });
});
