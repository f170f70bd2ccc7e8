import type { TopQuery } from '#model/scorer.ts';

/** The query travels as two int8 halves, `256 * high + low`; this keeps both within int8. */
const QUERY_MAX = 127 * 256;

/** The question as the shader's `Asked` has it: 4 words, then the halves, each with room for D = 256. */
export const ASKED_BYTES = 16 + 2 * 256;

/** A step below float32's normal numbers may count as 0 on a GPU: so may the query then. */
const SMALLEST_STEP = 2 ** -126;

/** What bounds a score's terms beside the query's own: never too small. */
export interface TermBounds {
  /** L2 norm of any row. */
  readonly rowNorm: number;
  /** Magnitude of any finite lift. */
  readonly lift: number;
}

/**
 * Packs a question for the shader, with the margin that makes its answer exact.
 *
 * The GPU's score of a row is off by what the query lost to rounding, times the row's norm at most
 * (Cauchy-Schwarz), and by float32's own rounding: not over eight roundings of all terms' magnitudes, the
 * exact score's included. If `count` rows reach a key on the GPU, the count-th best exact score is not under
 * that key less one such error, so no row that belongs to the best is under it less two.
 *
 * @returns {@link ASKED_BYTES}, little-endian as every browser's machine.
 */
export function packAsked({ query, popularityWeight, count }: TopQuery, bounds: TermBounds): ArrayBuffer {
  const bytes = new ArrayBuffer(ASKED_BYTES);
  const halves = { high: new Int8Array(bytes, 16, 256), low: new Int8Array(bytes, 16 + 256, 256) };
  const exactStep = largestMagnitude(query) / QUERY_MAX;
  const step = exactStep >= SMALLEST_STEP ? Math.fround(exactStep) : 0;
  let lostSquares = 0;
  let squares = 0;
  for (let d = 0; d < query.length; d++) {
    const value = query[d] as number;
    const rounded = step > 0 ? Math.max(-QUERY_MAX, Math.min(QUERY_MAX, Math.round(value / step))) : 0;
    halves.high[d] = (rounded + 128) >> 8;
    halves.low[d] = rounded - 256 * (halves.high[d] as number);
    lostSquares += (value - step * rounded) ** 2;
    squares += value ** 2;
  }
  const magnitude = Math.sqrt(squares) * bounds.rowNorm + Math.abs(popularityWeight) + bounds.lift;
  const error = Math.sqrt(lostSquares) * bounds.rowNorm + 8 * 2 ** -24 * magnitude + SMALLEST_STEP;
  new Float32Array(bytes, 0, 3).set([step, popularityWeight, 2 * error]);
  new Uint32Array(bytes, 12, 1)[0] = Math.min(Math.ceil(count), 0xffff_ffff);
  return bytes;
}

/** The largest finite magnitude, 0 if there is none. */
export function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (magnitude > largest && magnitude < Number.POSITIVE_INFINITY) largest = magnitude;
  }
  return largest;
}
