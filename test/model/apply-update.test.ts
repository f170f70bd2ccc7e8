import { describe, expect, test } from 'vitest';
import { applyUpdate } from '#model/apply-update.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from './random-model.ts';

const [NUM_ITEMS, NUM_GROUPS, RANK, DIM] = [17, 5, 3, 8];
const random = seededRandom(91);
const vectors = spread(NUM_ITEMS * DIM, 2, random);
const change = {
  meanUpdate: spread(NUM_GROUPS * RANK, 0.5, random),
  factor: spread(RANK * DIM, 0.7, random),
  groups: Uint16Array.from({ length: NUM_ITEMS }, () => Math.floor(random() * NUM_GROUPS)),
  rank: RANK,
};

describe('a round applied to the item vectors', () => {
  test('adds stepSize · B[group] · A to every row', () => {
    const stepSize = 2.5;
    const expected = Array.from(vectors, (value, i) => {
      const group = change.groups[Math.floor(i / DIM)] as number;
      let sum = 0;
      for (let r = 0; r < RANK; r++) {
        sum += (change.meanUpdate[group * RANK + r] as number) * (change.factor[r * DIM + (i % DIM)] as number);
      }
      return expect.closeTo(value + stepSize * sum, 5);
    });
    expect([...applyUpdate(vectors, { ...change, stepSize })]).toEqual(expected);
  });

  test('moves rows of one group alike', () => {
    const moved = applyUpdate(vectors, { ...change, groups: new Uint16Array(NUM_ITEMS).fill(4), stepSize: 0.75 });
    const shifts = Array.from(
      { length: NUM_ITEMS },
      (_, row) => (moved[row * DIM + 3] as number) - (vectors[row * DIM + 3] as number),
    );
    for (const shift of shifts) expect(shift).toBeCloseTo(shifts[0] as number, 6);
    expect(Math.abs(shifts[0] as number)).toBeGreaterThan(1e-3);
  });

  test('leaves the vectors that it was given unchanged', () => {
    const before = vectors.slice();
    applyUpdate(vectors, { ...change, stepSize: 3 });
    expect(vectors).toEqual(before);
  });
});
