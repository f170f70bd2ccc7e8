import { createCipheriv, createHash } from 'node:crypto';
import type { FillRandom } from '#privacy/random.ts';

/**
 * A repeatable stream of bytes that look uniform: AES-128 in counter mode under a hash of `label`. For
 * simulations only, where nobody's history is at stake.
 */
export function seededBytes(label: string): FillRandom {
  const key = createHash('sha256').update(label).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, new Uint8Array(16));
  return (out) => out.set(cipher.update(new Uint8Array(out.length)));
}
