import { describe, expect, test } from 'vitest';
import { groupItems } from '#trainer/item-groups.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

const DIM = 3;
/** 30 items in two clumps: even rows around one point, odd rows around another. */
const VECTORS = Float32Array.from({ length: 30 * DIM }, (_, i) => {
  const row = Math.floor(i / DIM);
  return (row % 2 === 0 ? 4 : -3) + 0.4 * Math.sin(17 * i);
});
/** Rows 20 to 25 are ordered most. */
const ORDERS = Float64Array.from({ length: 30 }, (_, row) => (row >= 20 && row < 26 ? 900 - row : 3));

const group = (maxGroups: number, seed = 281) =>
  groupItems(VECTORS, { dim: DIM, orders: ORDERS, maxGroups, random: seededRandom(seed) });

describe('row groups', () => {
  test.each([30, 45])('give every item its own where %d are allowed', (maxGroups) => {
    const { groups, numGroups } = group(maxGroups);
    expect(numGroups).toBe(30);
    expect([...groups]).toEqual(Array.from({ length: 30 }, (_, row) => row));
  });

  test('above that give the most ordered items their own, three quarters of all groups', () => {
    const { groups, numGroups } = group(8);
    expect(numGroups).toBe(8);
    expect([...groups.slice(20, 26)]).toEqual([0, 1, 2, 3, 4, 5]);
    const others = [...groups.slice(0, 20), ...groups.slice(26)];
    expect(others.every((shared) => shared === 6 || shared === 7)).toBe(true);
  });

  test.each([281, 282, 283, 284])('let the others share with similar items (seed %d)', (seed) => {
    const { groups } = group(8, seed);
    const groupsOf = (parity: number) =>
      new Set(groups.filter((_, row) => row % 2 === parity && (row < 20 || row >= 26)));
    expect([groupsOf(0).size, groupsOf(1).size]).toEqual([1, 1]);
    expect(groupsOf(0)).not.toEqual(groupsOf(1));
  });

  test('are all used, none holds most of the items, and kinds stay apart, where thousands are all but alike', () => {
    const [dim, numItems, maxGroups] = [64, 4000, 400];
    const random = seededRandom(285);
    const reaches = Array.from({ length: numItems }, () => 0.3 * random());
    // One coordinate tells even rows from odd ones, by less than the others vary.
    const vectors = Float32Array.from({ length: numItems * dim }, (_, i) => {
      const row = Math.floor(i / dim);
      const kind = i % dim === 5 ? 0.03 * (row % 2) : 0;
      return 0.7 + kind + (reaches[row] as number) * (random() - 0.5);
    });
    const orders = new Float64Array(numItems);
    const { groups } = groupItems(vectors, { dim, orders, maxGroups, random });
    const [sizes, odd] = [new Uint32Array(maxGroups), new Uint32Array(maxGroups)];
    groups.forEach((one, row) => {
      sizes[one] = (sizes[one] as number) + 1;
      odd[one] = (odd[one] as number) + (row % 2);
    });
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    // 3,700 items share 100 groups.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * (3700 / 100));
    // A large one is cut where its items differ: 68 % are among a majority of their kind, 59 % where it is cut anyhow.
    const inMajority = sizes.map((size, one) => Math.max(odd[one] as number, size - (odd[one] as number)));
    expect(inMajority.reduce((sum, count) => sum + count, 0) / numItems).toBeGreaterThan(0.65);
  });

  test('are the same for the same seed', () => {
    expect(group(12)).toEqual(group(12));
  });
});
