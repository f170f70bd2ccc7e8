import { fromBase64Url, toBase64Url } from '#protocol/bytes.ts';

/** What 1 is written as. */
const ONE = 127;

/**
 * Reads a task's factor A of the item table's change ΔE = B · A, `i8[rank × D]` in base64url, in units of 1/127.
 *
 * @returns `[rank, D]`.
 * @throws {RangeError} If it has another length.
 */
export function readFactor(
  factor: string,
  { rank, dim }: { readonly rank: number; readonly dim: number },
): Float32Array {
  const bytes = fromBase64Url(factor);
  if (bytes.length !== rank * dim)
    throw new RangeError(`expected factor to have ${rank * dim} bytes, got ${bytes.length}`);
  return Float32Array.from(new Int8Array(bytes), (value) => value / ONE);
}

/** Writes what {@link readFactor} reads. @param factor Values in −1…1; rounded. */
export function writeFactor(factor: Float32Array): string {
  return toBase64Url(new Uint8Array(Int8Array.from(factor, (value) => Math.round(value * ONE)).buffer));
}
