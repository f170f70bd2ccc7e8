import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type Neighbors, neighborWeight } from '#protocol/item-files.ts';
import type { Random } from './seeded-random.ts';

/** Extra directions that make the wanted ones converge (Halko, Martinsson and Tropp 2011, section 4). */
const OVERSAMPLING = 8;
const ITERATIONS = 6;
/** Contexts are smoothed by this power, so that rare ones do not win (Levy, Goldberg and Dagan 2015). */
const CONTEXT_POWER = 0.75;

/**
 * Item vectors from neighbor lists alone: the leading eigenvectors of their positive pointwise mutual
 * information (Levy and Goldberg 2014), a start from which the network needs fewer passes.
 *
 * @param counts How often each item occurs, `[N]`.
 * @returns `[N, dim]`, rows of length 1; a row of zeros for an item without neighbors.
 */
export function cooccurrenceVectors(
  neighbors: Neighbors,
  { counts, dim, random }: { readonly counts: Float64Array; readonly dim: number; readonly random: Random },
): Float32Array {
  const numItems = counts.length;
  const rank = dim + OVERSAMPLING;
  const edges = informationEdges(neighbors, counts);
  let basis: Float32Array = Float32Array.from({ length: numItems * rank }, () => random() - 0.5);
  let values: Float64Array = new Float64Array(rank);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    ({ basis, values } = orthonormal(multiply(edges, basis, rank), rank));
  }
  return unitRows(basis, { rank, dim, values });
}

/** A sparse matrix; {@link multiply} takes it and its transpose together. */
interface Edges {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly values: Float32Array;
}

function informationEdges({ offsets, rows, weights }: Neighbors, counts: Float64Array): Edges {
  const contexts = counts.map((count) => count ** CONTEXT_POWER);
  const total = contexts.reduce((sum, context) => sum + context, 0);
  const from = new Uint32Array(rows.length);
  const values = new Float32Array(rows.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let entry = offsets[row] as number; entry < (offsets[row + 1] as number); entry++) {
      from[entry] = row;
      const share = neighborWeight(weights[entry] as number);
      const expected = (contexts[rows[entry] as number] as number) / total;
      const isPair = rows[entry] !== row && expected > 0; // an item's own entry says how likely it is wanted again
      values[entry] = isPair ? Math.max(0, Math.log(share / expected)) : 0;
    }
  }
  return { from, to: rows, values };
}

function multiply({ from, to, values }: Edges, basis: Float32Array, rank: number): Float32Array {
  const product = new Float32Array(basis.length);
  for (let edge = 0; edge < values.length; edge++) {
    const value = values[edge] as number;
    const [a, b] = [(from[edge] as number) * rank, (to[edge] as number) * rank];
    for (let c = 0; c < rank; c++) {
      product[a + c] = (product[a + c] as number) + value * (basis[b + c] as number);
      product[b + c] = (product[b + c] as number) + value * (basis[a + c] as number);
    }
  }
  return product;
}

/** Columns made orthonormal by the eigenvectors of their Gram matrix, by falling length, and those lengths. */
function orthonormal(
  columns: Float32Array,
  rank: number,
): { readonly basis: Float32Array; readonly values: Float64Array } {
  const numRows = columns.length / rank;
  const gram = new Float64Array(rank * rank);
  for (let row = 0; row < numRows; row++) {
    for (let i = 0; i < rank; i++) {
      const value = columns[row * rank + i] as number;
      if (value === 0) continue;
      for (let j = 0; j <= i; j++) {
        gram[i * rank + j] = (gram[i * rank + j] as number) + value * (columns[row * rank + j] as number);
      }
    }
  }
  const matrix = Matrix.zeros(rank, rank);
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, gram[i * rank + j] as number);
      matrix.set(j, i, gram[i * rank + j] as number);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  const lengths = Float64Array.from(order, (i) => Math.sqrt(Math.max(0, realEigenvalues[i] as number)));
  const basis = new Float32Array(columns.length);
  order.forEach((from, column) => {
    const scale = (lengths[column] as number) > 0 ? 1 / (lengths[column] as number) : 0;
    const direction = eigenvectorMatrix.getColumn(from).map((value) => value * scale);
    for (let row = 0; row < numRows; row++) {
      let sum = 0;
      for (let i = 0; i < rank; i++) sum += (columns[row * rank + i] as number) * (direction[i] as number);
      basis[row * rank + column] = sum;
    }
  });
  return { basis, values: lengths };
}

/** Eigenvectors weighted by the root of their eigenvalues, rows scaled to length 1. */
function unitRows(
  basis: Float32Array,
  { rank, dim, values }: { readonly rank: number; readonly dim: number; readonly values: Float64Array },
): Float32Array {
  const numRows = basis.length / rank;
  const vectors = new Float32Array(numRows * dim);
  for (let row = 0; row < numRows; row++) {
    const vector = vectors.subarray(row * dim, (row + 1) * dim);
    for (let d = 0; d < dim; d++) vector[d] = (basis[row * rank + d] as number) * Math.sqrt(values[d] as number);
    const norm = Math.hypot(...vector);
    if (norm > 0) for (let d = 0; d < dim; d++) vector[d] = (vector[d] as number) / norm;
  }
  return vectors;
}
