/**
 * Scales an update so that its L2 norm is at most `clipNorm`.
 *
 * Guarantees, relied on by the accountant:
 * - The result's L2 norm is at most `clipNorm * (1 + 1e-6)` (float32 rounding).
 * - An update already inside the bound is returned unchanged, bit for bit.
 *
 * @param update New minus old parameters, `[numParams]`. Not modified.
 * @param clipNorm L2 bound on one device's contribution to one round. At least
 *   {@link MIN_CLIP_NORM}.
 * @returns The clipped copy and the norm before clipping. The norm is private: it must not
 *   leave the device.
 * @throws {RangeError} If `clipNorm` is too small or not finite, or `update` has a non-finite
 *   value.
 */
export function clipUpdate(update: Float32Array, clipNorm: number): { clipped: Float32Array; norm: number } {
  if (!(clipNorm >= MIN_CLIP_NORM && clipNorm < Infinity)) {
    throw new RangeError(`expected clipNorm to be finite and at least ${MIN_CLIP_NORM}, got ${clipNorm}`);
  }
  let squares = 0; // float64: a float32 sum is already off by 1e-6 at 1e4 parameters
  for (let i = 0; i < update.length; i++) squares += (update[i] as number) ** 2;
  const norm = Math.sqrt(squares);
  // No float32 squared overflows a float64, so a non-finite sum comes from a non-finite value.
  if (!Number.isFinite(norm)) throw new RangeError('expected update to be finite, got a value that is not');
  if (norm <= clipNorm) return { clipped: update.slice(), norm };
  const factor = clipNorm / norm;
  const clipped = update.slice(); // a loop, since `map` takes several times as long
  for (let i = 0; i < clipped.length; i++) clipped[i] = (clipped[i] as number) * factor;
  return { clipped, norm };
}

/** Below this, rounding to float32's smallest numbers could add more than 1e-6 of the bound. */
export const MIN_CLIP_NORM = 1e-30;
