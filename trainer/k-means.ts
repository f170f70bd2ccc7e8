import { topRows } from '#model/top-rows.ts';
import type { Random } from './seeded-random.ts';

// Not a library: of npm's the fastest for points of four coordinates (@thi.ng/k-means, ml-kmeans, skmeans;
// 50,000 points, 256 centers, 10 passes) take 60 to 71 s for 16 sets of points on one thread, this takes a
// fifth of it, and none reads points out of a Float32Array.

/** Points side by side, `[length / width, width]`. */
export interface Points {
  readonly values: Float32Array;
  readonly width: number;
}

/** At most; the last ones lower the error by 0.3 % each. */
const ITERATIONS = 10;

/**
 * Lloyd's k-means from a k-means++ start (Arthur and Vassilvitskii 2007).
 *
 * @param points Not modified.
 * @param count Of centers, a multiple of 4, at most 256.
 * @param random Uniform in [0, 1), seeded.
 * @returns The centers, `[count, width]`.
 */
export function findCenters(points: Points, count: number, random: Random): Points {
  const { values, width } = points;
  const centers = spreadCenters(points, count, random);
  let before: Uint8Array | undefined;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const { nearest, distances } = findNearest(points, { values: centers, width });
    if (before && nearest.every((center, i) => center === before?.[i])) break;
    before = nearest;
    const sums = new Float64Array(centers.length);
    const sizes = new Uint32Array(count);
    nearest.forEach((center, i) => {
      sizes[center] = (sizes[center] as number) + 1;
      for (let d = 0; d < width; d++) {
        sums[center * width + d] = (sums[center * width + d] as number) + (values[i * width + d] as number);
      }
    });
    const empty: number[] = [];
    sizes.forEach((size, center) => {
      if (size === 0) empty.push(center);
      else for (let at = center * width; at < (center + 1) * width; at++) centers[at] = (sums[at] as number) / size;
    });
    // A center that lost all its points moves to one of those that are served worst.
    topRows(distances, empty.length).forEach((point, i) => {
      centers.set(values.subarray(point * width, (point + 1) * width), (empty[i] as number) * width);
    });
  }
  return { values: centers, width };
}

/** First centers: each next one a point drawn by its squared distance to those before. */
function spreadCenters({ values, width }: Points, count: number, random: Random): Float32Array {
  const numPoints = values.length / width;
  const centers = new Float32Array(count * width);
  const distances = new Float64Array(numPoints).fill(1);
  let total = numPoints;
  // Where the points lie in fewer places than there are centers, the rest stay at the origin.
  for (let center = 0; center < count && total > 0; center++) {
    let left = random() * total;
    let picked = 0;
    while (picked < numPoints - 1 && left >= (distances[picked] as number)) left -= distances[picked++] as number;
    centers.set(values.subarray(picked * width, (picked + 1) * width), center * width);
    total = 0;
    for (let i = 0; i < numPoints; i++) {
      let distance = 0;
      for (let d = 0; d < width; d++) {
        distance += ((values[i * width + d] as number) - (centers[center * width + d] as number)) ** 2;
      }
      if (center === 0 || distance < (distances[i] as number)) distances[i] = distance;
      total += distances[i] as number;
    }
  }
  return centers;
}

/**
 * Each point's nearest center and its squared distance, `[points]` each.
 *
 * The nearest x to c has the largest x · c − c²/2. Four centers at a time: their sums don't wait for one
 * another, which takes half the time.
 */
export function findNearest(
  { values, width }: Points,
  { values: centers }: Points,
): { readonly nearest: Uint8Array; readonly distances: Float32Array } {
  const numPoints = values.length / width;
  const nearest = new Uint8Array(numPoints);
  const distances = new Float32Array(numPoints);
  const halfSquares = Float64Array.from({ length: centers.length / width }, (_, center) => {
    return squaresOf(centers.subarray(center * width, (center + 1) * width)) / 2;
  });
  const closeness = new Float64Array(4);
  for (let i = 0; i < numPoints; i++) {
    const point = i * width;
    let best = 0;
    let bestCloseness = Number.NEGATIVE_INFINITY;
    for (let first = 0; first < halfSquares.length; first += 4) {
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let d = 0, at = first * width; d < width; d++, at++) {
        const value = values[point + d] as number;
        sum0 += value * (centers[at] as number);
        sum1 += value * (centers[at + width] as number);
        sum2 += value * (centers[at + 2 * width] as number);
        sum3 += value * (centers[at + 3 * width] as number);
      }
      closeness[0] = sum0;
      closeness[1] = sum1;
      closeness[2] = sum2;
      closeness[3] = sum3;
      for (let center = first; center < first + 4; center++) {
        const own = (closeness[center - first] as number) - (halfSquares[center] as number);
        if (own <= bestCloseness) continue;
        bestCloseness = own;
        best = center;
      }
    }
    nearest[i] = best;
    distances[i] = squaresOf(values.subarray(point, point + width)) - 2 * bestCloseness;
  }
  return { nearest, distances };
}

function squaresOf(values: Float32Array): number {
  let squares = 0; // float64
  for (const value of values) squares += value * value;
  return squares;
}
