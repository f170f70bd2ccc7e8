import { seededRandom } from '#trainer/seeded-random.ts';
import type { SoftmaxInput, SoftmaxResult } from '#trainer/softmax-threads.ts';
import { exactDot, spread } from '../model/random-model.ts';

// The sampled softmax in float64, one position after another, as its documentation words it.

export interface SoftmaxSizes {
  readonly dim: number;
  /** U. */
  readonly numItems: number;
  /** P. */
  readonly numPositions: number;
  /** K. */
  readonly numNegatives: number;
}

/**
 * An input of random vectors in which a third of the positions weigh nothing.
 *
 * Negatives are drawn with replacement, so that some occur twice and some are a position's own target.
 */
export function randomSoftmax(seed: number, { dim, numItems, numPositions, numNegatives }: SoftmaxSizes): SoftmaxInput {
  const random = seededRandom(seed);
  const rows = (length: number): Int32Array => Int32Array.from({ length }, () => Math.floor(random() * numItems));
  const logQ = Float32Array.from({ length: numItems }, () => -2 - 3 * random());
  const [targets, negatives] = [rows(numPositions), rows(numNegatives)];
  return {
    dim,
    sessions: spread(numPositions * dim, 1.7, random),
    table: spread(numItems * dim, 0.9, random),
    targets,
    weights: Float32Array.from({ length: numPositions }, (_, at) => (at % 3 === 1 ? 0 : 0.2 + random())),
    targetLogQ: Float32Array.from(targets, (row) => logQ[row] as number),
    negatives,
    negativeLogQ: Float32Array.from(negatives, (row) => logQ[row] as number),
  };
}

export function slowSoftmax(input: SoftmaxInput): {
  readonly [Name in keyof SoftmaxResult]: Name extends 'loss' ? number : Float64Array;
} {
  const { dim, targets, weights, targetLogQ, negatives, negativeLogQ } = input;
  const rowOf = (values: Float32Array, row: number): Float64Array =>
    Float64Array.from(values.subarray(row * dim, (row + 1) * dim));
  const sessionGradients = new Float64Array(input.sessions.length);
  const tableGradients = new Float64Array(input.table.length);
  let loss = 0;
  targets.forEach((target, at) => {
    const weight = weights[at] as number;
    if (weight === 0) return;
    const session = rowOf(input.sessions, at);
    const candidates = [{ row: target, logQ: targetLogQ[at] as number }];
    negatives.forEach((row, k) => {
      if (row !== target) candidates.push({ row, logQ: negativeLogQ[k] as number });
    });
    const odds = candidates.map(({ row, logQ }) => Math.exp(exactDot(session, rowOf(input.table, row)) - logQ));
    const total = odds.reduce((sum, value) => sum + value, 0);
    loss -= weight * Math.log((odds[0] as number) / total);
    candidates.forEach(({ row }, c) => {
      const factor = weight * ((odds[c] as number) / total - (c === 0 ? 1 : 0));
      const item = rowOf(input.table, row);
      for (let d = 0; d < dim; d++) {
        addAt(sessionGradients, at * dim + d, factor * (item[d] as number));
        addAt(tableGradients, row * dim + d, factor * (session[d] as number));
      }
    });
  });
  return { loss, sessionGradients, tableGradients };
}

function addAt(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}
