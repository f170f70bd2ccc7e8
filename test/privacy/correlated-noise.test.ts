import { describe, expect, test } from 'vitest';
import { correlatedNoise, FRACTION_BITS, latticeCoefficients } from '#privacy/correlated-noise.ts';
import { discreteGaussian } from '#privacy/discrete-gaussian.ts';
import {
  bandedCoefficients,
  inverseCoefficients,
  sensitivityOf,
  squareRootCoefficients,
} from '#privacy/matrix-mechanism.ts';
import { seededRandom } from './seeded-random.ts';

const NUM_ROUNDS = 7;
const PARTICIPATION = { minSeparation: 2, maxParticipations: 3 };
const UNIT = 2 ** FRACTION_BITS;

async function draws(numDraws: number, name: string): Promise<bigint[]> {
  const sample = discreteGaussian({ numerator: BigInt(900 * UNIT), denominator: 1n }, await seededRandom(name));
  return Array.from({ length: numDraws }, sample);
}

describe('latticeCoefficients', () => {
  test('stay a matrix that the sensitivity holds for, near the one they come from', () => {
    const full = squareRootCoefficients(40);
    const rounded = latticeCoefficients(full);
    expect(rounded.every((coefficient) => Number.isInteger(coefficient * UNIT))).toBe(true);
    expect(sensitivityOf(rounded, PARTICIPATION) / sensitivityOf(full, PARTICIPATION)).toBeCloseTo(1, 3);
  });
});

describe('correlatedNoise', () => {
  test.each([1, 3, NUM_ROUNDS])('is the rounded row of C⁻¹z in the last of %d rounds', async (numRounds) => {
    const coefficients = latticeCoefficients(squareRootCoefficients(NUM_ROUNDS));
    const inverse = inverseCoefficients(coefficients);
    const z = await draws(numRounds, `rows ${numRounds}`);
    const expected = z.reduce(
      (sum, draw, s) => sum + ((inverse[numRounds - 1 - s] as number) * Number(draw)) / UNIT,
      0,
    );
    expect(Math.abs(Number(correlatedNoise(z, coefficients)) - expected)).toBeLessThanOrEqual(0.5 + 1e-9);
  });

  test('of a released integer is what rounding C⁻¹(Cx + z) gives, so it is post-processing of Cx + z', async () => {
    // Exact: v = Cx + z as integers over 256; C⁻¹v by substitution, as integers over 256^(t + 1).
    const coefficients = latticeCoefficients(bandedCoefficients(squareRootCoefficients(NUM_ROUNDS), 4));
    const scaled = Array.from(coefficients, (coefficient) => BigInt(coefficient * UNIT));
    const x = [31n, -4000n, 77n, 0n, 12_345n, -9n, 2n];
    const z = await draws(NUM_ROUNDS, 'post-processing');
    const v = z.map((draw, t) =>
      x.slice(0, t + 1).reduce((sum, value, s) => sum + (scaled[t - s] as bigint) * value, draw),
    );
    const exact: bigint[] = [];
    v.forEach((value, t) => {
      let rest = value * 256n ** BigInt(t);
      for (let j = 1; j <= t; j++) rest -= (scaled[j] as bigint) * (exact[t - j] as bigint) * 256n ** BigInt(j - 1);
      exact.push(rest);
      const denominator = 256n ** BigInt(t + 1);
      const doubled = 2n * rest + denominator;
      const rounded =
        (doubled - (((doubled % (2n * denominator)) + 2n * denominator) % (2n * denominator))) / (2n * denominator);
      expect((x[t] as bigint) + correlatedNoise(z.slice(0, t + 1), coefficients)).toBe(rounded);
    });
  });

  test('is a draw of its own, rounded, where rounds are independent', async () => {
    const z = await draws(4, 'independent');
    const independent = Float64Array.of(1, 0, 0, 0);
    const last = Number(z.at(-1)) / UNIT;
    expect(Math.abs(Number(correlatedNoise(z, independent)) - last)).toBeLessThanOrEqual(0.5);
  });

  test('cancels over rounds: their sum has the deviation that the accountant states', async () => {
    // False alarm: a variance beyond 5.5 standard errors, under 1e-7.
    const numSamples = 4000;
    const coefficients = latticeCoefficients(squareRootCoefficients(NUM_ROUNDS));
    const sample = discreteGaussian({ numerator: BigInt(900 * UNIT), denominator: 1n }, await seededRandom('sums'));
    let squares = 0;
    for (let i = 0; i < numSamples; i++) {
      const z = Array.from({ length: NUM_ROUNDS }, sample);
      const sum = z.reduce((total, _, t) => total + correlatedNoise(z.slice(0, t + 1), coefficients), 0n);
      squares += (Number(sum) / 900) ** 2;
    }
    const inverse = inverseCoefficients(coefficients);
    let [row, variance] = [0, 0];
    for (const value of inverse) {
      row += value;
      variance += row * row;
    }
    expect(variance).toBeLessThan(0.3 * NUM_ROUNDS);
    expect(Math.abs(squares / numSamples / variance - 1)).toBeLessThan(5.5 * Math.sqrt(2 / numSamples));
  });
});
