import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCodes } from '#model/decode-codes.ts';
import { CODES_PER_ITEM, type Codebooks } from '#protocol/item-codes.ts';
import { exactRow } from './random-model.ts';

/** Each code's centroids as vectors of the whole width, zero where the code stands for nothing. */
function centroidsByDefinition({ scales, values }: Codebooks, dim: number): number[][][] {
  const partEnds = Array.from({ length: 15 }, (_, part) => Math.floor((part * dim) / 14));
  let next = 0;
  return Array.from(scales, (scale, code) => {
    const [from, to] = code < 2 ? [0, dim] : [partEnds[code - 2] as number, partEnds[code - 1] as number];
    const centroids = Array.from({ length: 256 }, () => Array<number>(dim).fill(0));
    for (let d = from; d < to; d++) {
      for (const centroid of centroids) centroid[d] = scale * (values[next++] as number);
    }
    return centroids;
  });
}

test('every row is the sum of the centroids that its codes name, to half a step of int8', () => {
  const anyShard = fc
    .record({ rows: fc.integer({ min: 1, max: 5 }), dim: fc.integer({ min: 3, max: 40 }) })
    .chain(({ rows, dim }) =>
      fc.record({
        dim: fc.constant(dim),
        scales: fc.float32Array({ min: Math.fround(0.01), max: 3, noNaN: true, minLength: 16, maxLength: 16 }),
        values: fc.int8Array({ minLength: 768 * dim, maxLength: 768 * dim }),
        codes: fc.uint8Array({ minLength: rows * CODES_PER_ITEM, maxLength: rows * CODES_PER_ITEM }),
      }),
    );
  fc.assert(
    fc.property(anyShard, ({ dim, scales, values, codes }) => {
      const decoded = { dim, ...decodeCodes(codes, { scales, values }, dim) };
      const numRows = codes.length / 16;
      expect(decoded.scales).toHaveLength(numRows);
      expect(decoded.values).toHaveLength(numRows * dim);
      const centroids = centroidsByDefinition({ scales, values }, dim);
      for (let row = 0; row < numRows; row++) {
        const step = decoded.scales[row] as number;
        exactRow(decoded, row).forEach((value, d) => {
          const sum = centroids.reduce(
            (total, ofCode, code) => total + (ofCode[codes[16 * row + code] as number]?.[d] as number),
            0,
          );
          expect(Math.abs(value - sum)).toBeLessThanOrEqual((step / 2) * (1 + 1e-3) + 1e-4); // float32 sums
        });
      }
    }),
    { seed: 52, numRuns: 25 },
  );
});
