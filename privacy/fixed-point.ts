import { cryptoRandom, type FillRandom } from './random.ts';

/**
 * Tries before rounding towards zero. An update at the bound is inside after each try with
 * probability about 0.5, so the last resort is practically never taken; an odd one, a single large
 * value among 10,000 halves, has 0.04 and reaches it one time in fourteen.
 */
const MAX_TRIES = 64;

/** More than the rounding errors of a float64 sum of 10,000 squares, which are 2^-39 of it. */
const NORM_SLACK = 2 ** -32;

/**
 * Rounds an update to integers, at random up or down.
 *
 * Guarantees, relied on by the accountant:
 * - The result's integer L2 norm is at most `maxNormUnits`, whatever finite update comes in.
 * - It ends: after {@link MAX_TRIES} tries outside the bound, all values are rounded towards zero,
 *   which makes none longer.
 * - Each try is unbiased: the expected result is `update * scale` (to 2^-32 of a unit), itself
 *   shrunk into the bound where it is longer.
 *
 * Keeping only tries inside the bound is not: an update right at the bound comes out shorter by
 * about 1e-5 of its length (`maxNormUnits` 2^15), an update well inside it by nothing. The privacy
 * bound does not depend on it.
 *
 *     unit = floor(value · scale + u), u uniform in [0, 1)
 *
 * Source: Kairouz, Liu, Steinke 2021, "The Distributed Discrete Gaussian Mechanism for Federated
 * Learning with Secure Aggregation", algorithm 1.
 *
 * @param update Clipped update, `[numParams]`. Not modified.
 * @param scale Units per 1.0.
 * @param maxNormUnits L2 bound in units, at most 2^26 so that squares add up exactly.
 * @param random 4 bytes a parameter and try.
 * @returns `[numParams]`, in units.
 * @throws {RangeError} If `update` has a non-finite value or an option is out of range.
 */
export function toFixedPoint(
  update: Float32Array,
  {
    scale,
    maxNormUnits,
    random = cryptoRandom,
  }: { readonly scale: number; readonly maxNormUnits: number; readonly random?: FillRandom },
): Int32Array {
  if (!(scale > 0 && scale < Infinity)) throw new RangeError(`expected scale to be positive and finite, got ${scale}`);
  if (!(maxNormUnits > 0 && maxNormUnits <= 2 ** 26)) {
    throw new RangeError(`expected maxNormUnits to be positive and at most 2^26, got ${maxNormUnits}`);
  }
  const exact = new Float64Array(update); // a loop, since `from` with a function takes ten times as long
  for (let i = 0; i < exact.length; i++) exact[i] = (exact[i] as number) * scale;
  const norm = Math.sqrt(sumOfSquares(exact));
  if (!Number.isFinite(norm)) throw new RangeError('expected update to be finite in units, got a value that is not');
  // Clipping leaves up to 1e-6 too much: without this, rounding towards zero could stay outside.
  const bound = maxNormUnits * (1 - NORM_SLACK);
  if (norm > bound) for (let i = 0; i < exact.length; i++) exact[i] = (exact[i] as number) * (bound / norm);

  const units = new Int32Array(exact.length);
  const words = new Uint32Array(exact.length);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    random(new Uint8Array(words.buffer));
    for (let i = 0; i < units.length; i++) {
      units[i] = Math.floor((exact[i] as number) + (words[i] as number) * 2 ** -32);
    }
    if (sumOfSquares(units) <= maxNormUnits * maxNormUnits) return units;
  }
  return Int32Array.from(exact, Math.trunc);
}

/**
 * The numbers that units stand for.
 *
 * @param units A sum of {@link toFixedPoint}'s results. Not modified.
 * @param scale Units per 1.0.
 * @returns As many, in float64: a sum over a round has up to 31 bits.
 */
export function fromFixedPoint(units: Int32Array | Float64Array, scale: number): Float64Array {
  return Float64Array.from(units, (value) => value / scale);
}

/** Exact for integers while the sum stays below 2^53. */
function sumOfSquares(values: Float64Array | Int32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] as number) ** 2;
  return squares;
}
