import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipUpdate, MIN_CLIP_NORM } from '#privacy/clip.ts';

const NORMS = [MIN_CLIP_NORM, 3e-9, 0.37, 2.5, 4e4, 7e30];
const UPDATES: readonly (readonly [string, Float32Array])[] = [
  ['zero', new Float32Array(5)],
  ['tiny', new Float32Array(4000).fill(1.4e-45)],
  ['ordinary', Float32Array.from({ length: 300 }, (_, i) => Math.sin(7 * i))],
  ['one large value', Float32Array.from({ length: 300 }, (_, i) => (i === 150 ? 4e5 : 2e-3))],
  ['huge', new Float32Array(10_000).fill(-3.4e38)],
];

function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((squares, value) => squares + value * value, 0));
}

describe('clipUpdate', () => {
  test.each(UPDATES.flatMap(([name, update]) => NORMS.map((clipNorm) => [name, clipNorm, update] as const)))(
    'brings an update that is %s within a norm of %d',
    (_name, clipNorm, update) => {
      const { clipped } = clipUpdate(update, clipNorm);
      expect(normOf(clipped)).toBeLessThanOrEqual(clipNorm * (1 + 1e-6));
    },
  );

  test('brings any update within the bound and keeps its direction', () => {
    const updates = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(updates, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (update, clipNorm) => {
        const { clipped, norm } = clipUpdate(update, clipNorm);
        expect(normOf(clipped)).toBeLessThanOrEqual(clipNorm * (1 + 1e-6));
        const factor = Math.min(1, clipNorm / norm);
        clipped.forEach((value, i) => {
          expect(Math.abs(value - factor * (update[i] as number))).toBeLessThanOrEqual(1e-7 * clipNorm);
        });
      }),
      { seed: 271 },
    );
  });

  test('returns an update already inside the bound unchanged, bit for bit, as a copy', () => {
    const update = Float32Array.of(0.3, -0.4, -0, 1e-42);
    const { clipped } = clipUpdate(update, 0.51);
    expect(new Uint32Array(clipped.buffer)).toEqual(new Uint32Array(update.buffer));
    expect(clipped).not.toBe(update);
  });

  test('does not modify its argument', () => {
    const update = Float32Array.of(30, -40);
    expect(clipUpdate(update, 2).clipped).toEqual(Float32Array.of(1.2, -1.6));
    expect(update).toEqual(Float32Array.of(30, -40));
  });

  test('returns the norm before clipping', () => {
    expect(clipUpdate(Float32Array.of(30, -40), 2).norm).toBe(50);
    expect(clipUpdate(Float32Array.of(0.75, 1), 2).norm).toBe(1.25);
  });

  test.each([Number.NaN, Infinity, -Infinity])('refuses an update with the value %d', (value) => {
    expect(() => clipUpdate(Float32Array.of(3, value, 2), 5)).toThrow(RangeError);
  });

  test.each([0, -2, Number.NaN, Infinity, MIN_CLIP_NORM / 2])('refuses the clip norm %d', (clipNorm) => {
    expect(() => clipUpdate(Float32Array.of(3, 2), clipNorm)).toThrow(/expected clipNorm/);
  });
});
