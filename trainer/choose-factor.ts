import { Matrix, QrDecomposition } from 'ml-matrix';
import { writeFactor } from '#model/factor.ts';
import { gramMatrix, principalAxes } from './principal-axes.ts';
import { type Random, seededRandom } from './seeded-random.ts';

/** A sweep of so many rounds shows all directions that are asked for. */
const ROUNDS_PER_SWEEP = 4;

/**
 * The factor A of a round: a part of an orthonormal basis of the directions in which items differ most. Devices
 * have the same budget for any number of directions, and what is learned lies in the leading ones.
 *
 * It depends on the published item vectors only.
 *
 * @param vectors `[N, D]`.
 * @param round From 0. Rounds of one sweep ask for different directions.
 * @param seed Turns the basis, in each sweep otherwise, so that rounds weigh alike.
 * @returns As a task holds it.
 */
export function chooseFactor(
  vectors: Float32Array,
  {
    dim,
    rank,
    round,
    seed,
  }: { readonly dim: number; readonly rank: number; readonly round: number; readonly seed: number },
): string {
  const count = Math.min(dim, ROUNDS_PER_SWEEP * rank);
  const axes = principalAxes(gramMatrix(vectors, dim), count); // [D][count]
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
}

/** A random orthonormal matrix: the Q of one of normal numbers. */
function randomRotation(size: number, random: Random): Matrix {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix.set(i, j, normal());
  return new QrDecomposition(matrix).orthogonalMatrix;
}
