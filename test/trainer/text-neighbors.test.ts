import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { textNeighbors } from '#trainer/text-neighbors.ts';
import { exactDot, spread } from '../model/random-model.ts';

const [NUM_ITEMS, DIM] = [50, 16];

/** Row by row, every other item by falling cosine. */
function slowNeighbors(features: Float32Array, row: number): { row: number; cosine: number }[] {
  const rowOf = (at: number) => features.subarray(at * DIM, (at + 1) * DIM);
  const norm = (at: number) => Math.sqrt(exactDot(rowOf(at), rowOf(at)));
  return Array.from({ length: NUM_ITEMS }, (_, other) => ({
    row: other,
    cosine: exactDot(rowOf(row), rowOf(other)) / (norm(row) * norm(other)),
  }))
    .filter((other) => other.row !== row)
    .sort((a, b) => b.cosine - a.cosine);
}

describe('the neighbors by text', () => {
  test('are the 32 items with the nearest texts, whatever the length of their features', async () => {
    const features = spread(NUM_ITEMS * DIM, 1.4, seededRandom(671)).map((value, i) => value * (1 + (i >> 4) / 20));
    const found = await textNeighbors(features, NUM_ITEMS);
    expect(found?.count).toBe(32);
    for (let row = 0; row < NUM_ITEMS; row++) {
      const expected = slowNeighbors(features, row);
      const cosineOf = new Map(expected.map((other) => [other.row, other.cosine]));
      const worst = expected[31]?.cosine as number;
      for (let at = 32 * row; at < 32 * (row + 1); at++) {
        const cosine = cosineOf.get(found?.rows[at] as number) as number;
        expect(cosine).toBeGreaterThan(worst - 0.02); // int8 rounding
        expect(found?.cosines[at]).toBeCloseTo(Math.max(0, cosine), 1);
        if (at > 32 * row) expect(found?.cosines[at]).toBeLessThanOrEqual(found?.cosines[at - 1] as number);
      }
    }
  });

  test('leave out an item without text on either side', async () => {
    const features = spread(5 * DIM, 1.4, seededRandom(672));
    features.fill(0, 2 * DIM, 3 * DIM);
    const found = await textNeighbors(features, 5);
    expect(found?.count).toBe(4);
    expect(found?.cosines.slice(8, 12)).toEqual(new Float32Array(4));
    found?.rows.forEach((neighbor, at) => {
      if (neighbor === 2) expect(found.cosines[at]).toBe(0);
    });
  });

  test('are nothing without texts, and of a catalog too large to compare', async () => {
    expect(await textNeighbors(new Float32Array(), 7)).toBeUndefined();
    expect(await textNeighbors(new Float32Array(50_001), 50_001)).toBeUndefined();
  });

  test('of a single item are none', async () => {
    const found = await textNeighbors(spread(DIM, 1, seededRandom(673)), 1);
    expect(found?.rows).toHaveLength(0);
  });
});
