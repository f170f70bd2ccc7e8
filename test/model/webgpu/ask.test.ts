import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASKED_BYTES, largestMagnitude, packAsked } from '#model/webgpu/ask.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, spread } from '../random-model.ts';

/** What the shader reads of a packed question. */
function unpack(bytes: ArrayBuffer, dim: number) {
  const [queryStep, popularityWeight, margin] = new Float32Array(bytes, 0, 3);
  const [count] = new Uint32Array(bytes, 12, 1);
  const [high, low] = [new Int8Array(bytes, 16, dim), new Int8Array(bytes, 16 + 256, dim)];
  const rounded = Array.from(high, (value, d) => 256 * value + (low[d] as number));
  return { queryStep, popularityWeight, margin, count, rounded } as Record<
    'queryStep' | 'popularityWeight' | 'margin' | 'count',
    number
  > & { rounded: number[] };
}

describe('a packed question', () => {
  test('holds weight and count beside two halves of the query', () => {
    const query = Float32Array.of(0.5, -2, 1.27, 0);
    const bytes = packAsked({ query, popularityWeight: -0.75, count: 31 }, { rowNorm: 3, lift: 2 });
    expect(bytes.byteLength).toBe(ASKED_BYTES);
    const { queryStep, popularityWeight, count, rounded } = unpack(bytes, 4);
    expect(queryStep).toBeCloseTo(2 / 32512, 10);
    expect(rounded).toEqual([8128, -32512, 20645, 0]);
    expect(popularityWeight).toBe(-0.75);
    expect(count).toBe(31);
  });

  test('leaves no part of it out at any width', () => {
    const query = spread(256, 7, seededRandom(571));
    const { queryStep, rounded } = unpack(
      packAsked({ query, popularityWeight: 0, count: 3 }, { rowNorm: 1, lift: 0 }),
      256,
    );
    for (const [d, value] of rounded.entries()) {
      expect(Math.abs(queryStep * value - (query[d] as number))).toBeLessThan(0.501 * queryStep);
    }
  });

  test('of zeros, or of values that a GPU may take for 0, is zero with a margin for what is lost', () => {
    for (const height of [0, 1e-37]) {
      const query = Float32Array.of(height, -height, 0, height);
      const { queryStep, margin, rounded } = unpack(
        packAsked({ query, popularityWeight: 0, count: 1 }, { rowNorm: 50, lift: 0 }),
        4,
      );
      expect([queryStep, ...rounded]).toEqual([0, 0, 0, 0, 0]);
      expect(margin).toBeGreaterThan(2 * 50 * height);
    }
  });

  test('has a margin of twice the error that float32 and rounding make of a score at most', () => {
    const dim = 16;
    const row = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: dim, maxLength: dim });
    const height = fc.integer({ min: -20, max: 20 }).map((power) => 2 ** power);
    const numbers = (max: number) => fc.double({ min: -max, max, noNaN: true });
    fc.assert(
      fc.property(row, height, numbers(3), numbers(2000), fc.nat(1e6), (values, size, weight, lift, seed) => {
        const random = seededRandom(seed);
        const query = spread(dim, size, random);
        const [scale, popularity] = [Math.fround(0.001 + random()), Math.fround(random())];
        const [popularityWeight, liftOf] = [Math.fround(weight), Math.fround(lift)];
        const bounds = { rowNorm: 128 * Math.sqrt(dim) * scale, lift: Math.abs(liftOf) };
        const asked = unpack(packAsked({ query, popularityWeight, count: 5 }, bounds), dim);
        const f = Math.fround;
        const product = f(f(f(exactDot(asked.rounded, values)) * asked.queryStep) * scale);
        const onGpu = f(f(product + f(popularityWeight * popularity)) + liftOf);
        const exact = f(scale * exactDot(query, values) + popularityWeight * popularity + liftOf);
        expect(2 * Math.abs(onGpu - exact)).toBeLessThanOrEqual(asked.margin);
      }),
      { seed: 572, numRuns: 2000 },
    );
  });
});

test('the largest magnitude leaves infinities out', () => {
  expect(largestMagnitude(Float32Array.of(0.5, Number.NEGATIVE_INFINITY, -3.5, 2))).toBe(3.5);
  expect(largestMagnitude(Float32Array.of(Number.NEGATIVE_INFINITY))).toBe(0);
});
