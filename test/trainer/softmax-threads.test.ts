import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type SoftmaxInput, type SoftmaxResult, SoftmaxThreads } from '#trainer/softmax-threads.ts';
import { randomSoftmax, type SoftmaxSizes, slowSoftmax } from './slow-softmax.ts';

const pools = [1, 2, 3].map((numThreads) => new SoftmaxThreads(numThreads));
const [alone] = pools as [SoftmaxThreads];
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
});

/** Largest distance of two arrays, as a share of the largest value. */
function distance(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(got.length).toBe(expected.length);
  const values = Array.from(expected);
  const largest = Math.max(...values.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs((got[i] as number) - value))) / largest;
}

function expectClose(got: SoftmaxResult, input: SoftmaxInput): void {
  const expected = slowSoftmax(input);
  expect(got.loss / expected.loss).toBeCloseTo(1, 5);
  expect(distance(got.sessionGradients, expected.sessionGradients)).toBeLessThan(1e-5);
  expect(distance(got.tableGradients, expected.tableGradients)).toBeLessThan(1e-5);
}

const SMALL: SoftmaxSizes = { dim: 16, numItems: 21, numPositions: 13, numNegatives: 11 };

describe('the loss and both gradients are those of the slow softmax in float64', () => {
  test.each<[string, SoftmaxSizes]>([
    ['for sizes that are no multiples of 8', SMALL],
    ['for D = 64', { dim: 64, numItems: 50, numPositions: 45, numNegatives: 30 }],
    ['for the smallest D', { dim: 8, numItems: 9, numPositions: 3, numNegatives: 5 }],
    ['for several blocks a chunk', { dim: 16, numItems: 300, numPositions: 600, numNegatives: 77 }],
    ['for more negatives than a panel holds', { dim: 16, numItems: 400, numPositions: 40, numNegatives: 333 }],
    ['for one position and one negative', { dim: 16, numItems: 4, numPositions: 1, numNegatives: 1 }],
  ])('%s', (_, sizes) => {
    const input = randomSoftmax(501, sizes);
    expectClose(alone.run(input), input);
  });

  test('for a large input, a small one and the large one again in the same memory', () => {
    const large = randomSoftmax(502, { dim: 64, numItems: 700, numPositions: 120, numNegatives: 650 });
    const small = randomSoftmax(503, SMALL);
    const first = alone.run(large);
    expectClose(first, large);
    expectClose(alone.run(small), small);
    expect(alone.run(large)).toEqual(first);
  });

  test('for logits far apart', () => {
    const input = randomSoftmax(504, SMALL);
    const sessions = input.sessions.map((value) => 40 * value);
    const expected = slowSoftmax({ ...input, sessions });
    const got = alone.run({ ...input, sessions });
    expect(Math.abs(expected.loss)).toBeGreaterThan(100);
    expect(got.loss / expected.loss).toBeCloseTo(1, 5);
    expect(distance(got.sessionGradients, expected.sessionGradients)).toBeLessThan(1e-4);
    expect(distance(got.tableGradients, expected.tableGradients)).toBeLessThan(1e-4);
  });
});

test('both gradients are the finite differences of the loss', () => {
  const input = randomSoftmax(511, { dim: 8, numItems: 6, numPositions: 5, numNegatives: 4 });
  const { sessionGradients, tableGradients } = alone.run(input);
  const step = 2 ** -10;
  for (const [name, gradients] of [
    ['sessions', sessionGradients],
    ['table', tableGradients],
  ] as const) {
    const differences = Array.from(input[name], (value, i) => {
      const lossAt = (by: number) => slowSoftmax({ ...input, [name]: input[name].with(i, value + by) }).loss;
      return (lossAt(step) - lossAt(-step)) / (2 * step);
    });
    expect(distance(gradients, differences)).toBeLessThan(1e-4);
  }
});

test('a negative that is the position’s own target is left out, however often it was drawn', () => {
  const input = randomSoftmax(521, SMALL);
  const target = input.targets[0] as number;
  const logQ = input.targetLogQ[0] as number;
  const hits = [2, 3, 9];
  const negatives = input.negatives.map((row, k) => (hits.includes(k) ? target : row));
  const negativeLogQ = input.negativeLogQ.map((value, k) => (hits.includes(k) ? logQ : value));
  const withHits = { ...input, negatives, negativeLogQ };
  expectClose(alone.run(withHits), withHits);
  const onlyFirst = (weights: Float32Array) => weights.map((weight, at) => (at === 0 ? weight : 0));
  const kept = (_: number, k: number) => negatives[k] !== target;
  const asked = alone.run({ ...withHits, weights: onlyFirst(input.weights) });
  const without = alone.run({
    ...withHits,
    weights: onlyFirst(input.weights),
    negatives: negatives.filter(kept),
    negativeLogQ: negativeLogQ.filter(kept),
  });
  expect(asked.loss).toBeCloseTo(without.loss, 5);
});

test('the loss is 0, and so is every gradient, where every negative is the target itself', () => {
  const input = randomSoftmax(522, SMALL);
  const result = alone.run({
    ...input,
    targets: input.targets.fill(7),
    negatives: input.negatives.fill(7),
    targetLogQ: input.targetLogQ.fill(-3),
    negativeLogQ: input.negativeLogQ.fill(-3),
  });
  expect(result.loss).toBeCloseTo(0, 5);
  expect(Math.max(...result.sessionGradients.map(Math.abs))).toBeLessThan(1e-6);
  expect(Math.max(...result.tableGradients.map(Math.abs))).toBeLessThan(1e-6);
});

describe('a position of weight 0', () => {
  const input = randomSoftmax(531, SMALL);
  const resting = Array.from(input.weights.keys()).filter((at) => input.weights[at] === 0);

  test('has no gradient', () => {
    const { sessionGradients } = alone.run(input);
    expect(resting.length).toBeGreaterThan(2);
    for (const at of resting) {
      expect(sessionGradients.slice(at * SMALL.dim, (at + 1) * SMALL.dim)).toEqual(new Float32Array(SMALL.dim));
    }
  });

  test('costs nothing and changes nothing, whatever its session is', () => {
    const sessions = input.sessions.slice();
    for (const at of resting) sessions.fill(1e30, at * SMALL.dim, (at + 1) * SMALL.dim);
    expect(alone.run({ ...input, sessions })).toEqual(alone.run(input));
  });

  test('may be every position: the loss is 0 and nothing has a gradient', () => {
    expect(alone.run({ ...input, weights: new Float32Array(SMALL.numPositions) })).toEqual({
      loss: 0,
      sessionGradients: new Float32Array(input.sessions.length),
      tableGradients: new Float32Array(input.table.length),
    });
  });
});

test('a position’s loss and gradients grow with its weight', () => {
  const input = randomSoftmax(532, SMALL);
  const [once, thrice] = [alone.run(input), alone.run({ ...input, weights: input.weights.map((w) => 3 * w) })];
  expect(thrice.loss / once.loss).toBeCloseTo(3, 5);
  expect(
    distance(
      thrice.sessionGradients,
      once.sessionGradients.map((value) => 3 * value),
    ),
  ).toBeLessThan(1e-6);
  expect(
    distance(
      thrice.tableGradients,
      once.tableGradients.map((value) => 3 * value),
    ),
  ).toBeLessThan(1e-6);
});

test.each([
  ['of less than a chunk a thread', SMALL],
  ['of many blocks', { dim: 64, numItems: 240, numPositions: 530, numNegatives: 190 }],
])('the same input %s gives the same bytes whatever the number of threads', (_, sizes) => {
  expect(pools.map(({ numThreads }) => numThreads)).toEqual([1, 2, 3]);
  const input = randomSoftmax(541, sizes);
  const expected = alone.run(input);
  for (const pool of pools) for (let again = 0; again < 3; again++) expect(pool.run(input)).toEqual(expected);
});

test('the input is left as it is', () => {
  const input = randomSoftmax(551, SMALL);
  const before = structuredClone(input);
  alone.run(input);
  expect(input).toEqual(before);
});

describe('a helper thread that fails', () => {
  const large = randomSoftmax(509, { dim: 64, numItems: 3000, numPositions: 2000, numNegatives: 2000 });

  test('with a part of the work in hand ends the training instead of holding it', async () => {
    const script = new URL('dying-softmax-worker.ts', import.meta.url);
    const pool = new SoftmaxThreads(2, { script, stallMs: 300 });
    await setTimeout(1000); // until it waits for work
    expect(() => pool.run(large)).toThrow(/^expected 8 parts of a softmax to be done, got 7 and none for 300 ms/);
    await pool.close();
  });

  test('at its start is named by the next step', async () => {
    const script = new URL('data:text/javascript,throw new Error("no memory left")');
    const pool = new SoftmaxThreads(2, { script });
    await expect.poll(() => messageOf(() => pool.run(large))).toBe('no memory left');
    await pool.close();
  });
});

test('a width that the kernel cannot work on is refused', () => {
  const input = randomSoftmax(510, { ...SMALL, dim: 12 });
  expect(() => alone.run(input)).toThrow(new RangeError('expected dim to be a multiple of 8, got 12'));
});

/** Of the cause of what is thrown. */
function messageOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return ((error as Error).cause as Error | undefined)?.message;
  }
}
