import type { Random } from './seeded-random.ts';

/** Share of the groups kept for one item each, the most ordered ones. */
const OWN_GROUP_SHARE = 0.75;
const ITERATIONS = 5;

/**
 * Which row of a model update each item uses: its own up to `maxGroups` items; above that the most
 * ordered items have their own and the others share one with similar items (k-means on item vectors).
 *
 * @param vectors `[N, D]`.
 * @param orders `[N]`; 0 where an item's own may not ship: groups do.
 */
export function groupItems(
  vectors: Float32Array,
  {
    dim,
    orders,
    maxGroups,
    random,
  }: { readonly dim: number; readonly orders: Float64Array; readonly maxGroups: number; readonly random: Random },
): { readonly groups: Uint16Array; readonly numGroups: number } {
  const numItems = orders.length;
  if (numItems <= maxGroups)
    return { groups: Uint16Array.from({ length: numItems }, (_, row) => row), numGroups: numItems };
  const byOrders = Array.from({ length: numItems }, (_, row) => row).sort(
    (a, b) => (orders[b] as number) - (orders[a] as number),
  );
  const numOwn = Math.floor(maxGroups * OWN_GROUP_SHARE);
  const groups = new Uint16Array(numItems);
  const own = byOrders.slice(0, numOwn).sort((a, b) => a - b); // a group's number must not tell an item's rank
  own.forEach((row, group) => {
    groups[row] = group;
  });
  const shared = byOrders.slice(numOwn);
  const clusters = cluster(vectors, { dim, rows: shared, count: maxGroups - numOwn, random });
  shared.forEach((row, i) => {
    groups[row] = numOwn + (clusters[i] as number);
  });
  return { groups, numGroups: maxGroups };
}

/** Lloyd's k-means; a center that lost all its rows stays where it is. */
function cluster(
  vectors: Float32Array,
  {
    dim,
    rows,
    count,
    random,
  }: { readonly dim: number; readonly rows: readonly number[]; readonly count: number; readonly random: Random },
): Uint16Array {
  const centers = new Float32Array(count * dim);
  for (let c = 0; c < count; c++) {
    const row = rows[Math.floor(random() * rows.length)] as number;
    centers.set(vectors.subarray(row * dim, (row + 1) * dim), c * dim);
  }
  const assigned = new Uint16Array(rows.length);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    rows.forEach((row, i) => {
      assigned[i] = nearest(vectors.subarray(row * dim, (row + 1) * dim), centers, dim);
    });
    const sums = new Float32Array(centers.length);
    const sizes = new Uint32Array(count);
    rows.forEach((row, i) => {
      const c = assigned[i] as number;
      sizes[c] = (sizes[c] as number) + 1;
      for (let d = 0; d < dim; d++)
        sums[c * dim + d] = (sums[c * dim + d] as number) + (vectors[row * dim + d] as number);
    });
    for (let c = 0; c < count; c++) {
      const size = sizes[c] as number;
      for (let d = 0; size > 0 && d < dim; d++) centers[c * dim + d] = (sums[c * dim + d] as number) / size;
    }
  }
  return assigned;
}

function nearest(vector: Float32Array, centers: Float32Array, dim: number): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let start = 0; start < centers.length; start += dim) {
    let distance = 0;
    for (let d = 0; d < dim && distance < bestDistance; d++) {
      distance += ((vector[d] as number) - (centers[start + d] as number)) ** 2;
    }
    if (distance < bestDistance) {
      bestDistance = distance;
      best = start / dim;
    }
  }
  return best;
}
