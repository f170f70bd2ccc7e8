import { expect, test } from 'vitest';
import { withFirstVectors } from '#trainer/first-vectors.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

const VECTORS = Float32Array.of(0.5, -0.25, 0.75, 0, 0, 0, 0.1, 0, 0, 0, 0, 0);

test('a row of zeros gets a direction of its own, of length 0.3; the others stay', () => {
  const filled = withFirstVectors(VECTORS, { dim: 3, random: seededRandom(5) });
  const [second, fourth] = [filled.subarray(3, 6), filled.subarray(9, 12)];
  expect(Math.hypot(...second)).toBeCloseTo(0.3, 6);
  expect(Math.hypot(...fourth)).toBeCloseTo(0.3, 6);
  expect([...second]).not.toEqual([...fourth]);
  expect([filled.subarray(0, 3), filled.subarray(6, 9)]).toEqual([VECTORS.subarray(0, 3), VECTORS.subarray(6, 9)]);
});
