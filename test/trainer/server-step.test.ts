import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { estimateGap, moveItems, startLearning, stepSizeOf, takeRound } from '#trainer/server-step.ts';
import { spread } from '../model/random-model.ts';

const [DIM, RANK, NUM_GROUPS] = [6, 2, 4];
const GROUPS = Uint16Array.of(2, 0, 3, 1, 3);
const random = seededRandom(41);
const CONFIG = { numGroups: NUM_GROUPS, dim: DIM } as Parameters<typeof startLearning>[0];

const ROUNDS = [0.25, 0.5, 0.375].map((noiseVariance) => ({
  gap: Float64Array.from(spread(NUM_GROUPS * RANK, 2, random)),
  factor: spread(RANK * DIM, 0.9, random),
  noiseVariance,
}));
const VECTORS = spread(GROUPS.length * DIM, 1, random);
const STATE = ROUNDS.reduce(takeRound, startLearning(CONFIG));

const close = (values: Iterable<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));
const squareOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
const weightOf = (round: number): number => 0.97 ** (ROUNDS.length - 1 - round);

describe('what rounds say together', () => {
  const factors = ROUNDS.map(({ factor }) => Matrix.from1DArray(RANK, DIM, factor));
  const coverage = factors.reduce(
    (sum, factor, round) => sum.add(factor.transpose().mmul(factor).mul(weightOf(round))),
    Matrix.eye(DIM).mul(0.5),
  );

  test('is the least squares of all of them, the latest weighing most', () => {
    const evidence = ROUNDS.reduce(
      (sum, { gap }, round) =>
        sum.add(
          Matrix.from1DArray(NUM_GROUPS, RANK, gap)
            .mmul(factors[round] as Matrix)
            .mul(weightOf(round)),
        ),
      Matrix.zeros(NUM_GROUPS, DIM),
    );
    const expected = evidence.mmul(inverse(coverage)).to1DArray();
    expect([...estimateGap(STATE).gap]).toEqual(close(expected, 9));
  });

  test('has as much noise as each number of each round carries into it', () => {
    const carried = ROUNDS.map(({ noiseVariance }, round) => {
      const spreadOfOne = (factors[round] as Matrix).mmul(inverse(coverage)).mul(weightOf(round));
      return noiseVariance * squareOf(spreadOfOne.to1DArray());
    });
    expect(estimateGap(STATE).noiseSquare).toBeCloseTo(
      carried.reduce((a, b) => a + b),
      9,
    );
  });

  test('leaves the state before as it was', () => {
    const before = startLearning(CONFIG);
    takeRound(before, ROUNDS[0] as (typeof ROUNDS)[number]);
    expect(before).toEqual(startLearning(CONFIG));
  });
});

describe('moving items', () => {
  const estimate = { gap: Float64Array.from(spread(NUM_GROUPS * DIM, 1.5, random)), noiseSquare: 0.4 };
  const atStart = Float64Array.from(spread(NUM_GROUPS * DIM, 0.5, random));
  /** Any that depends on the vectors. */
  const expectedOf = (vectors: Float32Array): Float64Array =>
    Float64Array.from({ length: NUM_GROUPS * DIM }, (_, i) => 0.7 * Math.tanh((vectors[i] as number) + 0.1 * i) - 0.2);
  const place = { estimate, groups: GROUPS, expectedOf, atStart, atRound: expectedOf(VECTORS), stepSize: 0.05 };

  test('follows the formula, eight times', () => {
    let rows = Array.from(GROUPS, (_, row) => [...VECTORS.subarray(row * DIM, (row + 1) * DIM)]);
    for (let move = 0; move < 8; move++) {
      const expected = expectedOf(Float32Array.from(rows.flat()));
      rows = rows.map((vector, row) => {
        const of = (values: Float64Array): number[] => {
          const group = GROUPS[row] as number;
          return [...values.subarray(group * DIM, (group + 1) * DIM)];
        };
        const rest = of(estimate.gap).map(
          (value, d) => value - 1.3 * ((of(expected)[d] as number) - (of(atStart)[d] as number)),
        );
        const signal = Math.max(0, 1 - 0.4 / squareOf(rest));
        if (signal === 0) return vector;
        const mass = Math.sqrt(squareOf(of(estimate.gap)) + squareOf(of(atStart)) + squareOf(of(expected)));
        const moved = vector.map((value, d) => value + (0.05 * signal * (rest[d] as number)) / mass);
        return moved.map((value) => value / Math.hypot(...moved));
      });
    }
    const moved = moveItems(VECTORS, place);
    expect([...moved]).toEqual(close(rows.flat(), 5));
    expect(moved).not.toEqual(VECTORS);
  });

  test('leaves an item alone where noise is as long as what the rounds say', () => {
    const loud = { ...place, estimate: { ...estimate, noiseSquare: 1000 } };
    expect(moveItems(VECTORS, loud)).toEqual(VECTORS);
  });

  test('rests where devices and the merchant’s records pull alike', () => {
    const atRest = estimate.gap.map((value, i) => value / 1.3 + (atStart[i] as number));
    const met = { ...place, estimate: { ...estimate, noiseSquare: 1e-20 }, atRound: atRest, expectedOf: () => atRest };
    expect(moveItems(VECTORS, met)).toEqual(VECTORS);
  });

  test('takes an item least far in the last of the rounds planned, and nowhere after it', () => {
    const sizes = [1, 2, 3, 4, 5, 6].map((numRounds) => stepSizeOf({ ...STATE, numRounds }, 4));
    expect(sizes).toEqual(close([0.24, 0.18, 0.12, 0.06, 0, 0], 12));
  });
});
