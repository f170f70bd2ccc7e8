import { describe, expect, test } from 'vitest';
import { readFactor, writeFactor } from '#model/factor.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { moveItems, startLearning, stepSizeOf, takeRound } from '#trainer/server-step.ts';
import { spread } from '../model/random-model.ts';

const [DIM, RANK, NUM_GROUPS] = [6, 2, 4];
const GROUPS = Uint16Array.of(2, 0, 3, 1, 3);
const EVENTS = [0, 30, 7, 90, 4];
const random = seededRandom(41);
const CONFIG = { numGroups: NUM_GROUPS, dim: DIM } as Parameters<typeof startLearning>[0];

const taskOf = (noiseMultiplier: number) => ({
  rank: RANK,
  factor: writeFactor(spread(RANK * DIM, 0.9, random)),
  vdaf: { type: 'UnverifiedVectorSum' as const, length: NUM_GROUPS * RANK },
  scale: 2 ** 14,
  noiseMultiplier,
});
const ROUNDS = [taskOf(0.25), taskOf(0.5), taskOf(0.375)].map((task) => ({
  task,
  sum: Float64Array.from(spread(NUM_GROUPS * RANK, 40, random)),
}));
const VECTORS = spread(GROUPS.length * DIM, 1, random);

const learned = (rounds = ROUNDS) =>
  rounds.reduce((state, round) => takeRound(state, { ...round, dim: DIM }), startLearning(CONFIG));
const directionOf = ({ task, sum }: (typeof ROUNDS)[number], group: number): number[] => {
  const factor = readFactor(task.factor, { rank: RANK, dim: DIM });
  return Array.from({ length: DIM }, (_, d) =>
    Array.from({ length: RANK }, (_, r) => (sum[group * RANK + r] as number) * (factor[r * DIM + d] as number)).reduce(
      (a, b) => a + b,
    ),
  );
};
const weighted = (kept: number): number[] => ROUNDS.map((_, i) => (1 - kept) * kept ** (ROUNDS.length - 1 - i));

/** The formulas as they stand, each round's part with its weight today, in float64. */
function slowStep(group: number, stepSize: number): number[] {
  const [first, second] = [weighted(0.9), weighted(0.99)];
  const directions = ROUNDS.map((round) => directionOf(round, group));
  const momentum = Array.from({ length: DIM }, (_, d) =>
    directions.reduce((sum, direction, i) => sum + (first[i] as number) * (direction[d] as number), 0),
  );
  const power = directions.reduce(
    (sum, direction, i) => sum + ((second[i] as number) * Math.hypot(...direction) ** 2) / DIM,
    0,
  );
  // Two parties' noise of 2 · noiseMultiplier (2^15 units at 2^14 units per 1.0), through A.
  const noise = ROUNDS.reduce((sum, { task }, i) => {
    const length = Math.hypot(...readFactor(task.factor, { rank: RANK, dim: DIM }));
    return sum + (first[i] as number) ** 2 * 2 * (2 * task.noiseMultiplier) ** 2 * length ** 2;
  }, 0);
  const signal = Math.max(0, 1 - noise / Math.hypot(...momentum) ** 2);
  const meanPower = power / (1 - 0.99 ** ROUNDS.length);
  return momentum.map((value) => (stepSize * signal * value) / (1 - 0.9 ** ROUNDS.length) / Math.sqrt(meanPower));
}

const close = (values: readonly number[], digits: number) => values.map((value) => expect.closeTo(value, digits));

describe('the server step', () => {
  test('moves each item by what all rounds say of its group, and keeps its length at 1', () => {
    const expected = Array.from(GROUPS).flatMap((group, row) => {
      const caution = Math.sqrt(1 + (EVENTS[row] as number) / 10);
      const moved = slowStep(group, 0.3).map((value, d) => (VECTORS[row * DIM + d] as number) + value / caution);
      return moved.map((value) => value / Math.hypot(...moved));
    });
    const moved = moveItems(VECTORS, { state: learned(), groups: GROUPS, events: EVENTS, stepSize: 0.3 });
    expect([...moved]).toEqual(close(expected, 5));
  });

  test('leaves an item alone where noise is as long as what the rounds say', () => {
    const loud = ROUNDS.map(({ task, sum }) => ({ task: { ...task, noiseMultiplier: 300 }, sum }));
    const moved = moveItems(VECTORS, { state: learned(loud), groups: GROUPS, events: EVENTS, stepSize: 0.3 });
    expect(moved).toEqual(VECTORS);
  });

  test('does not depend on the unit of updates', () => {
    const doubled = ROUNDS.map(({ task, sum }) => ({
      task: { ...task, scale: task.scale / 2 },
      sum: sum.map((value) => 2 * value),
    }));
    const place = { groups: GROUPS, events: EVENTS, stepSize: 0.3 };
    expect([...moveItems(VECTORS, { state: learned(doubled), ...place })]).toEqual(
      close([...moveItems(VECTORS, { state: learned(), ...place })], 5),
    );
  });

  test('moves least in the last of the rounds planned, and no more after it', () => {
    const sizes = [1, 2, 3, 4, 5, 6].map((numRounds) => stepSizeOf({ ...learned(), numRounds }, 4));
    expect(sizes).toEqual(close([0.06, 0.045, 0.03, 0.015, 0, 0], 12));
  });

  test('changes neither state nor vectors that it is given', () => {
    const state = learned();
    const [momentum, vectors] = [state.momentum.slice(), VECTORS.slice()];
    takeRound(state, { ...(ROUNDS[0] as (typeof ROUNDS)[number]), dim: DIM });
    moveItems(VECTORS, { state, groups: GROUPS, events: EVENTS, stepSize: 0.3 });
    expect([state.momentum, VECTORS]).toEqual([momentum, vectors]);
  });
});
