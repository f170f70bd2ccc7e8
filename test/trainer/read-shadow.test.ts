import { expect, test } from 'vitest';
import { readShadow } from '#trainer/read-shadow.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const task = sampleTask('shadow-eval', { noiseMultiplier: 3 });

/** Counts of cells (bucket before, bucket after); the rest are 0. */
function sumOf(
  counts: readonly (readonly [before: number, after: number, count: number])[],
  numWithout = 0,
): Float64Array {
  const sum = new Float64Array(26);
  for (const [before, after, count] of counts) sum[5 * before + after] = count;
  sum[25] = numWithout;
  return sum;
}

test('the gains of both models are means over the devices that compared', () => {
  // Gains by hand: 1, (1/log2 3 + 1/2 + 1/log2 5 + 1/log2 6) / 4 = 0.4872, and 0 past rank 20.
  const verdict = readShadow({
    task,
    sum: sumOf(
      [
        [0, 1, 300],
        [4, 0, 500],
        [4, 4, 200],
      ],
      4000,
    ),
  });
  expect(verdict.numCompared).toBe(1000);
  expect(verdict.ndcgBefore).toBeCloseTo(0.3, 9);
  expect(verdict.ndcgAfter).toBeCloseTo(0.3 * 0.48724 + 0.5, 4);
  expect(verdict.says).toBe('no-worse');
});

test('the standard error holds the devices’ spread and both parties’ noise', () => {
  const { standardError } = readShadow({
    task,
    sum: sumOf([
      [4, 0, 400],
      [1, 1, 600],
    ]),
  });
  const gains = [1, 0.48724, 0.3191, 0.2491, 0];
  const squares = gains.flatMap((had) => gains.map((has) => (has - had) ** 2)).reduce((a, b) => a + b, 0);
  expect(standardError).toBeCloseTo(Math.sqrt(400 + 2 * 9 * squares) / 1000, 4);
});

test('a candidate is worse by more than one standard error, by less it is not', () => {
  expect(
    readShadow({
      task,
      sum: sumOf([
        [0, 4, 200],
        [1, 1, 800],
      ]),
    }).says,
  ).toBe('worse');
  expect(
    readShadow({
      task,
      sum: sumOf([
        [0, 1, 4],
        [1, 1, 996],
      ]),
    }).says,
  ).toBe('no-worse');
});

test('where the noise may be all there is, nothing is said', () => {
  // Both parties' noise of 3 on each of 25 cells: a standard deviation of 21.2 on their sum.
  expect(readShadow({ task, sum: sumOf([[1, 1, 42]]) }).says).toBe('nothing');
  expect(readShadow({ task, sum: sumOf([[1, 1, 43]]) }).says).toBe('no-worse');
  expect(
    readShadow({
      task,
      sum: sumOf([
        [0, 0, -5],
        [2, 2, 3],
      ]),
    }).says,
  ).toBe('nothing');
});
