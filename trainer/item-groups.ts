import type { Random } from './seeded-random.ts';

/** Share of the groups kept for one item each, the most ordered ones. */
const OWN_GROUP_SHARE = 0.75;
const ITERATIONS = 5;
/** Items in a shared group ÷ their mean, at most. */
const MOST = 4;

/**
 * Which row of a model update each item uses: its own up to `maxGroups` items; above that the most
 * ordered items have their own and the others share one with similar items (k-means on item vectors,
 * clusters of too many items cut).
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
  const count = maxGroups - numOwn;
  const clusters = cluster(vectors, { dim, rows: shared, count, random });
  const members = Array.from({ length: count }, (): number[] => []);
  shared.forEach((row, i) => {
    members[clusters[i] as number]?.push(row);
  });
  balance(members, vectors, dim);
  members.forEach((rows, i) => {
    for (const row of rows) groups[row] = numOwn + i;
  });
  return { groups, numGroups: maxGroups };
}

/**
 * Until every cluster has rows and none more than {@link MOST} times its share, the largest is cut in two, at the median
 * of the coordinate that is spread most (as median cut, Heckbert 1982), and the smallest gives its place for that.
 *
 * Of thousands of items that nothing is known of k-means makes one cluster: in many dimensions the mean of some is
 * nearer to all than any single one. It ends, as the sum of squared sizes falls each time.
 *
 * @param members Rows by cluster, changed in place; more rows than clusters.
 */
function balance(members: number[][], vectors: Float32Array, dim: number): void {
  const share = members.reduce((sum, { length }) => sum + length, 0) / members.length;
  const centers = new Float32Array(members.length * dim);
  const placeCenter = (cluster: number): void => {
    centers.set(centerOf(members[cluster] as number[], vectors, dim), cluster * dim);
  };
  for (const cluster of members.keys()) placeCenter(cluster);
  const firstBy = (isBefore: (a: number, b: number) => boolean): number =>
    members.reduce((best, rows, i) => (isBefore(rows.length, (members[best] as number[]).length) ? i : best), 0);
  for (;;) {
    const [largest, smallest] = [firstBy((a, b) => a > b), firstBy((a, b) => a < b)];
    const [rows, left] = [members[largest] as number[], members[smallest] as number[]];
    if (left.length > 0 && rows.length <= MOST * share) return;
    const d = widestCoordinate(rows, vectors, dim);
    const sorted = rows.toSorted((a, b) => (vectors[a * dim + d] as number) - (vectors[b * dim + d] as number));
    members[largest] = sorted.slice(0, rows.length >> 1);
    members[smallest] = sorted.slice(rows.length >> 1);
    placeCenter(largest);
    placeCenter(smallest);
    for (const row of left) members[nearest(vectors.subarray(row * dim, (row + 1) * dim), centers, dim)]?.push(row);
  }
}

/** Their mean; the origin for none. */
function centerOf(rows: readonly number[], vectors: Float32Array, dim: number): Float64Array {
  const center = new Float64Array(dim);
  for (const row of rows) {
    for (let d = 0; d < dim; d++) center[d] = (center[d] as number) + (vectors[row * dim + d] as number) / rows.length;
  }
  return center;
}

/** The coordinate with the largest variance. */
function widestCoordinate(rows: readonly number[], vectors: Float32Array, dim: number): number {
  const [sums, squares] = [new Float64Array(dim), new Float64Array(dim)];
  for (const row of rows) {
    for (let d = 0; d < dim; d++) {
      const value = vectors[row * dim + d] as number;
      sums[d] = (sums[d] as number) + value;
      squares[d] = (squares[d] as number) + value * value;
    }
  }
  const variances = squares.map((square, d) => square - (sums[d] as number) ** 2 / rows.length);
  return variances.indexOf(Math.max(...variances));
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
