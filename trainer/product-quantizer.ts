import type { Bytes } from '#protocol/bytes.ts';
import { CODES_PER_ITEM, type Codebooks, codedSlice, NUM_CENTROIDS, NUM_WHOLE } from '#protocol/item-codes.ts';
import { findCenters, findNearest, type Points } from './k-means.ts';
import type { Random } from './seeded-random.ts';

// Two codes for the whole vector come first because items stand in clusters, which no code of a part can
// say for the others. They take a seventh off the squared error that 16 codes of parts have on 24,000 rows
// trained on shopping sessions (8.9 to 7.6 %), on made-up clusters half of it where there are 360 (9.1 to
// 4.9 %) and a sixth where there are 1,500 (9.6 to 8.0 %). A rotation before cutting (OPQ, Ge et al. 2013) found fewer of the true top 20:
// queries lie along the axes that it crowds into few parts.

/** Rows a centroid that k-means sees at most: half as many make the error 6 % larger. */
const SAMPLE_PER_CENTROID = 128;
/**
 * What an error along the vector itself counts beyond one across it. It moves the item's score with just
 * the queries that rank it high (Guo et al. 2020). Of 0, 1, 2, 4 and 8 the best on the trained rows.
 */
const ALONG_WEIGHT = 2;
/** Over the codes of parts; a third changes next to nothing. */
const ALIGN_PASSES = 2;

/**
 * Learns codebooks on a sample of the rows: code by code k-means on what the codes before leave.
 *
 * @param vectors `[N, dim]`, finite. Not modified.
 * @param random Seeded: the same codebooks for the same rows.
 * @throws {RangeError} If a value is not finite.
 */
export function learnCodebooks(
  vectors: Float32Array,
  { dim, random }: { readonly dim: number; readonly random: Random },
): Codebooks {
  const bad = vectors.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    throw new RangeError(`expected item vectors to be finite, got ${vectors[bad]} in row ${Math.floor(bad / dim)}`);
  }
  const rest = sampleRows(vectors, { dim, count: SAMPLE_PER_CENTROID * NUM_CENTROIDS, random });
  const scales = new Float32Array(CODES_PER_ITEM);
  const values: number[] = [];
  for (let code = 0; code < CODES_PER_ITEM; code++) {
    const points = cutPoints(rest, { code, dim });
    const { width } = points;
    const centers = findCenters(points, NUM_CENTROIDS, random).values;
    const scale = Math.fround(centers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127);
    const steps = centers.map((value) => (scale > 0 ? Math.round(value / scale) : 0));
    scales[code] = scale;
    for (let d = 0; d < width; d++) {
      for (let center = 0; center < NUM_CENTROIDS; center++) values.push(steps[center * width + d] as number);
    }
    // As it ships: the codes after make up for what rounding does to this one.
    const shipped = { values: steps.map((step) => scale * step), width };
    subtract(rest, { nearest: findNearest(points, shipped).nearest, centers: shipped, code, dim });
  }
  return { scales, values: Int8Array.from(values) };
}

/**
 * Codes of item vectors: first each the nearest centroid to what the codes before leave, then those of
 * parts chosen anew so that errors along the vector itself count more.
 *
 * @param vectors `[N, dim]`. Not modified.
 * @returns `[N, CODES_PER_ITEM]`.
 */
export function encodeWithCodebooks(vectors: Float32Array, codebooks: Codebooks, dim: number): Bytes {
  const books = centersOf(codebooks, dim);
  const rest = vectors.slice();
  const codes = new Uint8Array((vectors.length / dim) * CODES_PER_ITEM);
  for (const [code, centers] of books.entries()) {
    const { nearest } = findNearest(cutPoints(rest, { code, dim }), centers);
    nearest.forEach((center, row) => {
      codes[row * CODES_PER_ITEM + code] = center;
    });
    subtract(rest, { nearest, centers, code, dim });
  }
  for (let row = 0; row < vectors.length / dim; row++) {
    alignRow(codes.subarray(row * CODES_PER_ITEM, (row + 1) * CODES_PER_ITEM), {
      vector: vectors.subarray(row * dim, (row + 1) * dim),
      rest: rest.subarray(row * dim, (row + 1) * dim),
      books,
    });
  }
  return codes;
}

/** Each code's centroids, point by point. */
function centersOf({ scales, values }: Codebooks, dim: number): Points[] {
  let book = 0;
  return Array.from(scales, (scale, code) => {
    const { from, to } = codedSlice(code, dim);
    const width = to - from;
    const centers = Float32Array.from({ length: NUM_CENTROIDS * width }, (_, i) => {
      return scale * (values[book + (i % width) * NUM_CENTROIDS + Math.floor(i / width)] as number);
    });
    book += NUM_CENTROIDS * width;
    return { values: centers, width };
  });
}

/**
 * Chooses one row's codes of parts anew, each for the least |e|² + ALONG_WEIGHT · (e · x ÷ |x|)², where x is
 * the vector and e the error of the whole row.
 *
 * @param out The row's codes.
 * @param rest e for these codes. Modified.
 */
function alignRow(
  out: Uint8Array,
  {
    vector,
    rest,
    books,
  }: { readonly vector: Float32Array; readonly rest: Float32Array; readonly books: readonly Points[] },
): void {
  const norm = Math.hypot(...vector) || 1;
  const unit = vector.map((value) => value / norm);
  let along = rest.reduce((sum, error, d) => sum + error * (unit[d] as number), 0);
  for (let step = 0; step < ALIGN_PASSES * (CODES_PER_ITEM - NUM_WHOLE); step++) {
    const code = NUM_WHOLE + (step % (CODES_PER_ITEM - NUM_WHOLE));
    const { values: centers, width } = books[code] as Points;
    const { from } = codedSlice(code, vector.length);
    const before = (out[code] as number) * width;
    // Without this code: its centroid goes back into the error.
    for (let d = 0; d < width; d++) {
      along += (centers[before + d] as number) * (unit[from + d] as number);
      rest[from + d] = (rest[from + d] as number) + (centers[before + d] as number);
    }
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let center = 0, at = 0; center < NUM_CENTROIDS; center++) {
      let cost = 0;
      let alongThen = along;
      for (let d = from; d < from + width; d++, at++) {
        const value = centers[at] as number;
        cost += ((rest[d] as number) - value) ** 2;
        alongThen -= value * (unit[d] as number);
      }
      cost += ALONG_WEIGHT * alongThen * alongThen;
      if (cost >= bestCost) continue;
      bestCost = cost;
      best = center;
    }
    out[code] = best;
    for (let d = 0; d < width; d++) {
      along -= (centers[best * width + d] as number) * (unit[from + d] as number);
      rest[from + d] = (rest[from + d] as number) - (centers[best * width + d] as number);
    }
  }
}

/** At most `count` of the rows, without replacement. @returns A copy. */
function sampleRows(
  vectors: Float32Array,
  { dim, count, random }: { readonly dim: number; readonly count: number; readonly random: Random },
): Float32Array {
  const rows = Uint32Array.from({ length: vectors.length / dim }, (_, row) => row);
  const sample = new Float32Array(Math.min(count, rows.length) * dim);
  for (let i = 0; i < sample.length / dim; i++) {
    const picked = i + Math.floor(random() * (rows.length - i));
    const row = rows[picked] as number;
    rows[picked] = rows[i] as number;
    sample.set(vectors.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  return sample;
}

/** What a code stands for in every row, side by side, so that k-means reads memory in order. */
function cutPoints(vectors: Float32Array, { code, dim }: { readonly code: number; readonly dim: number }): Points {
  const { from, to } = codedSlice(code, dim);
  const width = to - from;
  const values = new Float32Array((vectors.length / dim) * width);
  for (let row = 0; row < vectors.length / dim; row++) {
    values.set(vectors.subarray(row * dim + from, row * dim + to), row * width);
  }
  return { values, width };
}

/** Leaves in `out` what a code's nearest centers do not say. */
function subtract(
  out: Float32Array,
  {
    nearest,
    centers,
    code,
    dim,
  }: { readonly nearest: Uint8Array; readonly centers: Points; readonly code: number; readonly dim: number },
): void {
  const { from } = codedSlice(code, dim);
  for (let row = 0; row < nearest.length; row++) {
    const center = (nearest[row] as number) * centers.width;
    for (let d = 0; d < centers.width; d++) {
      const at = row * dim + from + d;
      out[at] = (out[at] as number) - (centers.values[center + d] as number);
    }
  }
}
