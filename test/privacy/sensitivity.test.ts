import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sensitivityOf } from '#privacy/sensitivity.ts';
import type { VdafParameters } from '#protocol/vdaf-parameters.ts';

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

test.each<[VdafParameters, number]>([
  [{ type: 'UnverifiedVectorSum', length: 17 }, 32_768],
  [{ type: 'Prio3SumVec', length: 9, maxMeasurement: 5, chunkLength: 4 }, 15],
  [{ type: 'Prio3Histogram', length: 26, chunkLength: 5 }, 1],
  [{ type: 'Prio3MultihotCountVec', length: 40, maxWeight: 9, chunkLength: 7 }, 3],
])('the most that one report can change a sum of %j is %d', (vdaf, expected) => {
  expect(sensitivityOf(vdaf)).toBe(expected);
});

test('no valid measurement is longer', () => {
  const sumVec = { type: 'Prio3SumVec', length: 6, maxMeasurement: 11, chunkLength: 4 } as const;
  const multihot = { type: 'Prio3MultihotCountVec', length: 6, maxWeight: 4, chunkLength: 4 } as const;
  const six = (most: number) => fc.array(fc.nat(most), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(six(11), six(1), (counts, bits) => {
      expect(norm(counts)).toBeLessThanOrEqual(sensitivityOf(sumVec));
      const numOnes = bits.reduce((sum, bit) => sum + bit, 0);
      fc.pre(numOnes <= 4);
      expect(norm(bits)).toBeLessThanOrEqual(sensitivityOf(multihot));
    }),
    { seed: 90 },
  );
});
