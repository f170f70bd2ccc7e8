import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#protocol/bytes.ts';
import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';
import { encodeNeighborShard, NeighborShard, NeighborShards } from '#protocol/neighbor-lists.ts';
import { expectReadOrRefused } from './hostile-bytes.ts';

type Entry = readonly [row: number, weight: number];

function neighborsOf(lists: readonly (readonly Entry[])[]): Neighbors {
  const offsets = [0];
  for (const list of lists) offsets.push((offsets.at(-1) as number) + list.length);
  return {
    offsets: Uint32Array.from(offsets),
    rows: Uint32Array.from(lists.flat(), ([row]) => row),
    weights: Uint8Array.from(lists.flat(), ([, weight]) => weight),
  };
}

/** A list as it is read: neighbor and the byte of its weight. */
function listOf(lists: Pick<NeighborShard, 'forEach'>, row: number): Entry[] {
  const entries: [number, number][] = [];
  lists.forEach(row, (neighbor, weight) => entries.push([neighbor, Math.round(255 * Math.sqrt(weight))]));
  return entries;
}

const rising = (list: readonly Entry[]) => list.toSorted(([a], [b]) => a - b);

/** Of six items the first three are in the shard; the strongest neighbors first, as a trainer has them. */
const LISTS: readonly (readonly Entry[])[] = [
  [
    [4, 240],
    [1, 90],
    [5, 33],
  ],
  [],
  [[2, 17]],
  [[0, 5]],
  [],
  [],
];
const PLACE = { firstRow: 0, rows: 3 };
/** Row 1 after 1 row, 4 after 2 more, 5 after none; nothing; row 2 after 2 rows. */
const BYTES = fromHex('060002' + '015a' + '02f0' + '0021' + '0211');

describe('a shard of neighbor lists', () => {
  test('is lengths in bytes, then each list’s gaps and weights in the order of rows', () => {
    expect(encodeNeighborShard(neighborsOf(LISTS), PLACE)).toEqual(BYTES);
    const shard = new NeighborShard(BYTES, { rows: 3, numItems: 6 });
    expect([0, 1, 2].map((row) => listOf(shard, row))).toEqual(LISTS.slice(0, 3).map(rising));
  });

  const anyLists = fc.integer({ min: 1, max: 90 }).chain((numItems) => {
    const list = fc.uniqueArray(fc.tuple(fc.nat(numItems - 1), fc.nat(255)), {
      maxLength: MAX_NEIGHBORS,
      selector: ([row]) => row,
    });
    return fc.array(list, { minLength: numItems, maxLength: numItems });
  });

  test('comes back as the lists it was written from, however they are cut into shards', () => {
    fc.assert(
      fc.property(anyLists, fc.nat(89), (lists, cut) => {
        const numItems = lists.length;
        const numFirst = cut % numItems;
        const shards = new NeighborShards(numItems);
        const places = [
          { firstRow: numFirst, rows: numItems - numFirst },
          { firstRow: 0, rows: numFirst },
        ];
        for (const place of places) shards.add(encodeNeighborShard(neighborsOf(lists), place), place);
        expect(lists.map((_, row) => listOf(shards, row))).toEqual(lists.map(rising));
      }),
      { seed: 63, numRuns: 60 },
    );
  });

  test.each([
    [223, 'df'],
    [224, 'e100'],
    [224 * 32 - 1, 'ffdf'],
    [224 * 32 + 5, 'e1e005'],
    [3_000_017, 'ede2f0d1'],
  ])('writes a gap of %d rows as %s', (gap, hex) => {
    const numItems = gap + 1;
    const offsets = new Uint32Array(numItems + 1).fill(1, 1);
    const lists = { offsets, rows: Uint32Array.of(gap), weights: Uint8Array.of(77) };
    const bytes = encodeNeighborShard(lists, { firstRow: 0, rows: 1 });
    expect(toHex(bytes.slice(1, -1))).toBe(hex);
    expect(listOf(new NeighborShard(bytes, { rows: 1, numItems }), 0)).toEqual([[gap, 77]]);
  });

  test.each([
    ['a neighbor twice', [[3, 7] as const, [3, 8] as const]],
    ['a neighbor past the catalog', [[6, 7] as const]],
    ['33 neighbors', Array.from({ length: 33 }, (_, row): Entry => [row, 7])],
  ])('is not written with %s', (_, list) => {
    expect(() => encodeNeighborShard(neighborsOf([list, [], [], [], [], []]), PLACE)).toThrow(RangeError);
  });
});

describe('neighbor lists are refused', () => {
  const refused = expect.objectContaining({ code: 'neighbors-invalid' });
  const read = (bytes: Uint8Array) => new NeighborShard(bytes, { rows: 3, numItems: 6 });

  test('when they are cut anywhere or a byte follows', () => {
    for (let length = 0; length < BYTES.length; length++) expect(() => read(BYTES.slice(0, length))).toThrow(refused);
    expect(() => read(concatBytes(BYTES, fromHex('00')))).toThrow(refused);
  });
});

test('a neighbor that the shop does not have is passed over', () => {
  expect(listOf(new NeighborShard(BYTES, { rows: 3, numItems: 5 }), 0)).toEqual([
    [1, 90],
    [4, 240],
  ]);
});

test('damaged lists are refused or hold different items of the shop, nothing else', () => {
  expectReadOrRefused(
    BYTES,
    (bytes) => {
      const shard = new NeighborShard(bytes, { rows: 3, numItems: 6 });
      for (let row = 0; row < 3; row++) {
        const neighbors = listOf(shard, row).map(([neighbor]) => neighbor);
        expect(new Set(neighbors).size).toBe(neighbors.length);
        expect(neighbors.every((neighbor) => neighbor >= 0 && neighbor < 6)).toBe(true);
      }
    },
    'neighbors-invalid',
  );
});

test('an item whose shard is not there yet has no neighbors', () => {
  const shards = new NeighborShards(6);
  expect(listOf(shards, 0)).toEqual([]);
  shards.add(BYTES, PLACE);
  expect(listOf(shards, 0)).toEqual(rising(LISTS[0] as readonly Entry[]));
  expect(listOf(shards, 3)).toEqual([]);
});
