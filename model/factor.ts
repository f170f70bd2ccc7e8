import { concatBytes, fromHex, u32 } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';

/**
 * A round's random factor A of the item table's change ΔE = B · A.
 *
 * Entries are ±1/√D by the bits of SHA-256(seed ‖ u32 block), lowest bit of the first byte first, row
 * by row: every machine gets the same, and each row has length 1.
 *
 * @param seed The task's `factorSeed`.
 * @returns `[rank, dim]`.
 */
export async function drawFactor(
  seed: Digest,
  { rank, dim }: { readonly rank: number; readonly dim: number },
): Promise<Float32Array> {
  const factor = new Float32Array(rank * dim);
  const magnitude = 1 / Math.sqrt(dim);
  let block: Uint8Array = new Uint8Array();
  for (let i = 0; i < factor.length; i++) {
    if (i % 256 === 0) block = await sha256(concatBytes(fromHex(seed), u32(i / 256)));
    const bit = ((block[(i % 256) >> 3] as number) >> (i & 7)) & 1;
    factor[i] = bit === 1 ? magnitude : -magnitude;
  }
  return factor;
}
