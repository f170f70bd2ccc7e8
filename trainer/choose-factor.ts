import { Matrix, QrDecomposition } from 'ml-matrix';
import { encodeSession } from '#model/encoder.ts';
import { writeFactor } from '#model/factor.ts';
import type { Model } from '#model/model.ts';
import { gapBucket, kindIndex } from '#model/profile.ts';
import { gramMatrix, principalAxes } from './principal-axes.ts';
import { type Random, seededRandom } from './seeded-random.ts';

/** A sweep of so many rounds shows all directions that are asked for. */
const ROUNDS_PER_SWEEP = 4;

/**
 * The factors A of a run of rounds: each a part of an orthonormal basis of the directions in which session vectors
 * are longest. Devices have the same budget for any number of directions, and what they say lies in the leading ones.
 *
 * They depend on the model alone, whose items are asked for as sessions of one view each, and are the same for a
 * whole run, so that what its rounds say adds up.
 *
 * @param model What the run began with.
 * @param seed Turns the basis, in each sweep otherwise, so that rounds weigh alike.
 * @returns The factor of a round, from 0, as a task holds it.
 */
export function createFactors(
  model: Model,
  { rank, seed }: { readonly rank: number; readonly seed: number },
): (round: number) => string {
  const { dim } = model.config;
  const count = Math.min(dim, ROUNDS_PER_SWEEP * rank);
  return turnedFactors(principalAxes(gramMatrix(sessionsOfOne(model), dim), count), { rank, seed });
}

/**
 * The same of any axes, `[D][count]`, orthonormal columns: as many of them a round as the rank says, turned anew
 * when all have been asked for.
 */
export function turnedFactors(
  axes: readonly Float64Array[],
  { rank, seed }: { readonly rank: number; readonly seed: number },
): (round: number) => string {
  const dim = axes.length;
  const count = axes[0]?.length ?? 0;
  return (round) => {
    const turn = randomRotation(count, seededRandom(seed + Math.floor(round / ROUNDS_PER_SWEEP)));
    const first = (round * rank) % count;
    const factor = new Float32Array(rank * dim);
    for (let r = 0; r < rank; r++) {
      for (let d = 0; d < dim; d++) {
        let value = 0;
        for (let c = 0; c < count; c++) {
          value += turn.get((first + r) % count, c) * ((axes[d] as Float64Array)[c] as number);
        }
        factor[r * dim + d] = value;
      }
    }
    return writeFactor(factor);
  };
}

/** Session vectors of one view of each item, `[N, D]`. */
function sessionsOfOne(model: Model): Float32Array {
  const { numItems, dim } = model.config;
  const sessions = new Float32Array(numItems * dim);
  const seen = { kinds: Uint8Array.of(kindIndex('view')), gaps: Uint8Array.of(gapBucket(Number.POSITIVE_INFINITY)) };
  for (let row = 0; row < numItems; row++) {
    sessions.set(encodeSession({ rows: Uint32Array.of(row), ...seen }, model), row * dim);
  }
  return sessions;
}

/** A random orthonormal matrix: the Q of one of normal numbers. */
function randomRotation(size: number, random: Random): Matrix {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix.set(i, j, normal());
  return new QrDecomposition(matrix).orthogonalMatrix;
}
