import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bandedCoefficients,
  bestNumBands,
  inverseCoefficients,
  prefixErrors,
  sensitivityOf,
  squareRootCoefficients,
} from '#privacy/matrix-mechanism.ts';
import vectors from '../vectors/dp-accounting.json' with { type: 'json' };

/** Every set of rounds at least `minSeparation` apart, of at most `maxParticipations` rounds. */
function admissible(numRounds: number, minSeparation: number, maxParticipations: number): number[][] {
  const sets: number[][] = [[]];
  for (let round = 0; round < numRounds; round++) {
    for (const set of [...sets]) {
      const last = set.at(-1) ?? -Infinity;
      if (set.length < maxParticipations && round - last >= minSeparation) sets.push([...set, round]);
    }
  }
  return sets;
}

/** ‖C · (1 or −1 in each of the rounds)‖, by the definition. */
function movedBy(coefficients: Float64Array, rounds: readonly number[], signs: readonly number[]): number {
  const moved = coefficients.map((_, t) =>
    rounds.reduce((sum, s, i) => sum + (s <= t ? (signs[i] as number) * (coefficients[t - s] as number) : 0), 0),
  );
  return Math.hypot(...moved);
}

function signings(length: number): number[][] {
  return Array.from({ length: 2 ** length }, (_, bits) => Array.from({ length }, (_, i) => ((bits >> i) & 1 ? -1 : 1)));
}

describe('squareRootCoefficients', () => {
  test('squares to the matrix of prefix sums', () => {
    const c = squareRootCoefficients(23);
    c.forEach((_, k) => {
      const square = Array.from({ length: k + 1 }, (_, j) => (c[j] as number) * (c[k - j] as number));
      expect(square.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 13);
    });
  });
});

describe('inverseCoefficients', () => {
  test('starts 1, −1/2, −1/8, −1/16, −5/128 for the square root', () => {
    expect([...inverseCoefficients(squareRootCoefficients(5))]).toEqual([1, -1 / 2, -1 / 8, -1 / 16, -5 / 128]);
  });

  test.each([2, 3, 7])('undoes %d bands', (numBands) => {
    const c = bandedCoefficients(squareRootCoefficients(17), numBands);
    const inverse = inverseCoefficients(c);
    const product = c.map((_, k) =>
      c.reduce((sum, value, j) => sum + (j <= k ? value * (inverse[k - j] as number) : 0), 0),
    );
    product.forEach((value, k) => {
      expect(value).toBeCloseTo(k === 0 ? 1 : 0, 13);
    });
  });
});

describe('sensitivityOf', () => {
  test.each(vectors.matrixFactorization.cases)('is $sensitivity for %j', ({ n, b, k, sensitivity, ...rest }) => {
    const full = squareRootCoefficients(n);
    const coefficients = 'bands' in rest ? bandedCoefficients(full, rest.bands as number) : full;
    const digits = String(sensitivity).split('.')[1]?.length as number;
    const found = sensitivityOf(coefficients, { minSeparation: b, maxParticipations: k });
    expect(Math.abs(found - sensitivity)).toBeLessThan(0.51 * 10 ** -digits);
  });

  test('is the most of any admissible rounds and any signs, and is attained', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 7 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (raw, minSeparation, maxParticipations) => {
          const coefficients = Float64Array.from(raw.toSorted((a, b) => b - a));
          const all = admissible(raw.length, minSeparation, maxParticipations).flatMap((rounds) =>
            signings(rounds.length).map((signs) => movedBy(coefficients, rounds, signs)),
          );
          const found = sensitivityOf(coefficients, { minSeparation, maxParticipations });
          expect(found).toBeCloseTo(Math.max(...all), 12);
        },
      ),
      { seed: 821, numRuns: 150 },
    );
  });

  test('grows with the root of the participations where bands are no wider than the separation', () => {
    const c = bandedCoefficients(squareRootCoefficients(24), 4);
    const once = sensitivityOf(c, { minSeparation: 4, maxParticipations: 1 });
    expect(sensitivityOf(c, { minSeparation: 4, maxParticipations: 5 })).toBeCloseTo(Math.sqrt(5) * once, 12);
  });

  test.each([
    [[1, 0.5, 0.7], 2, 2, /never to rise/],
    [[1, -0.5, -0.7], 2, 2, /at least 0/],
    [[1, 0.5], 0, 2, /minSeparation/],
    [[1, 0.5], 2, 1.5, /maxParticipations/],
  ])(
    'refuses %j with separation %d and %d participations',
    (coefficients, minSeparation, maxParticipations, message) => {
      expect(() => sensitivityOf(Float64Array.from(coefficients), { minSeparation, maxParticipations })).toThrow(
        message,
      );
    },
  );
});

describe('prefixErrors', () => {
  test('is the root of participations times rounds for independent noise', () => {
    const errors = prefixErrors(Float64Array.of(1, 0, 0, 0, 0), { minSeparation: 2, maxParticipations: 3 });
    errors.forEach((error, t) => {
      expect(error).toBeCloseTo(Math.sqrt(3 * (t + 1)), 13);
    });
  });

  test('is the noise of a prefix sum by the definition', () => {
    const c = bandedCoefficients(squareRootCoefficients(9), 4);
    const inverse = inverseCoefficients(c);
    const participation = { minSeparation: 3, maxParticipations: 2 };
    const errors = prefixErrors(c, participation);
    for (let t = 0; t < 9; t++) {
      // The sum of rounds 0 … t carries the noise of round s with weight Σ over rounds s … t.
      let variance = 0;
      for (let s = 0; s <= t; s++) {
        let weight = 0;
        for (let round = s; round <= t; round++) weight += inverse[round - s] as number;
        variance += weight * weight;
      }
      expect(errors[t]).toBeCloseTo(sensitivityOf(c, participation) * Math.sqrt(variance), 12);
    }
  });
});

describe('bestNumBands', () => {
  test.each([
    [20, 1, 20, 14],
    [20, 4, 5, 5],
    [8, 4, 1, 1],
    [20, 4, 1, 9],
  ])(
    'for %d rounds, %d participations at least %d apart is %d',
    (numRounds, maxParticipations, minSeparation, best) => {
      expect(bestNumBands(numRounds, { minSeparation, maxParticipations })).toBe(best);
    },
  );
});
