import { type Random, seededRandom } from '#trainer/seeded-random.ts';

/** Vectors of a cluster, about what a shop's kinds of products hold. */
const CLUSTER_SIZE = 60;

/**
 * Vectors of length 1 around centers drawn at random, `[count, dim]`: nearer to each other than noise is,
 * as trained ones are.
 */
export function drawUnitVectors(count: number, dim: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(64);
  const numCenters = Math.ceil(count / CLUSTER_SIZE);
  const centers = Float32Array.from({ length: numCenters * dim }, () => normal(random));
  const vectors = new Float32Array(count * dim);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dim, (row + 1) * dim);
    const center = Math.floor(random() * numCenters) * dim;
    for (let d = 0; d < dim; d++) vector[d] = (centers[center + d] as number) + 0.7 * normal(random);
    const length = Math.hypot(...vector);
    for (let d = 0; d < dim; d++) vector[d] = (vector[d] as number) / length;
  }
  return vectors;
}

/** Box and Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
