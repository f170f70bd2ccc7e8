/**
 * Fractional bits of the coefficients of C here, and of the lattice that z lies on.
 *
 * Rounding the coefficients to 1/256 costs nothing in privacy: C is then the rounded matrix, and its
 * own sensitivity is what counts.
 */
export const FRACTION_BITS = 8;
const UNIT = 2 ** FRACTION_BITS;

/**
 * Coefficients for the matrix mechanism on integers: the nearest multiples of 1/256.
 *
 * @param coefficients c_0 = 1, at least 0 and never rising, which rounding keeps.
 */
export function latticeCoefficients(coefficients: Float64Array): Float64Array {
  return coefficients.map((coefficient) => Math.round(coefficient * UNIT) / UNIT);
}

/**
 * One element's noise in the latest round of a matrix mechanism (`matrix-mechanism.ts`), from all of
 * the party's draws for it: the nearest integer to (C⁻¹z)_t.
 *
 * Guarantee: with draws g_s from the exact discrete Gaussian of standard deviation 256 · σ, rounds
 * that release x_t plus this are post-processing of Cx + z, z = g / 256, and satisfy
 * ρ-zCDP with ρ = sensitivity² / (2σ²), later x chosen after earlier releases included.
 *
 * - x is integer and C a multiple of 1/256, so Cx lies on the lattice of z: a device's contribution
 *   shifts z by a lattice vector, for which the discrete Gaussian's ρ is proved. z on the integers
 *   alone would not do, as Cx has fractions: their low bits would be released without noise.
 * - C⁻¹(Cx + z) = x + C⁻¹z, in exact rationals. As x_t is an integer, rounding the sum and
 *   rounding the noise before it is added are the same; so is reducing both mod 2^32.
 * - C is lower triangular: given what was released before, round t is a lattice shift of fresh
 *   noise, and the squared shifts of all rounds add up to at most sensitivity², whatever was chosen.
 * - It holds for either party's noise alone, the other's being known. A noise of a released round
 *   is not forgotten but enters later ones: a party that lost its draws must begin a new mechanism.
 *
 * @param draws g_0 … g_t, oldest first. At least one.
 * @param coefficients From {@link latticeCoefficients}, at least as many.
 */
export function correlatedNoise(draws: readonly bigint[], coefficients: Float64Array): bigint {
  // w_t = z_t − Σ c_j · w_(t − j), with w_s as an integer over 256^(s + 1).
  const exact: bigint[] = [];
  draws.forEach((draw, t) => {
    let value = draw << BigInt(FRACTION_BITS * t);
    for (let j = 1; j <= t; j++) {
      const coefficient = BigInt((coefficients[j] as number) * UNIT);
      value -= (coefficient * (exact[t - j] as bigint)) << BigInt(FRACTION_BITS * (j - 1));
    }
    exact.push(value);
  });
  const bits = BigInt(FRACTION_BITS * draws.length);
  return ((exact.at(-1) as bigint) + (1n << (bits - 1n))) >> bits; // shifts round down: halves go up
}
