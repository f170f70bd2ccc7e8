import { describe, expect, test } from 'vitest';
import { millsRatio, normalDensity } from '#privacy/normal-tail.ts';
import vectors from '../vectors/gaussian-mechanism.json' with { type: 'json' };

describe('millsRatio', () => {
  test.each(vectors.millsRatios)('is the tail over the density at $x, to 1e-14', ({ x, ratio }) => {
    expect(Math.abs(millsRatio(x) / ratio - 1)).toBeLessThan(1e-14);
  });

  test('is √(π/2) at 0', () => {
    expect(millsRatio(0)).toBeCloseTo(Math.sqrt(Math.PI / 2), 15);
  });

  test.each([-0.1, Number.NaN])('refuses %d', (x) => {
    expect(() => millsRatio(x)).toThrow(RangeError);
  });
});

describe('normalDensity', () => {
  test('is e^(−x²/2) / √(2π)', () => {
    expect(normalDensity(-1.7)).toBeCloseTo(Math.exp(-1.445) / Math.sqrt(2 * Math.PI), 15);
  });
});
