import { type Bytes, toHex } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import type { Digest } from './ids.ts';

/** SHA-256 (FIPS 180-4) of `bytes`, 32 bytes. */
export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes));
}

/** SHA-256 of `bytes` as the 64 hexadecimal digits that name a file. */
export async function digestOf(bytes: Uint8Array): Promise<Digest> {
  return toHex(await sha256(bytes)) as Digest;
}

/**
 * Passes `bytes` through if they are the file that was asked for.
 *
 * @param expected What the signed manifest says of the file: its digest and its length in bytes.
 * @throws {ProtocolError} `digest-mismatch` if the length or the digest is another.
 */
export async function verifyFile(
  bytes: Uint8Array,
  expected: { readonly digest: Digest; readonly bytes: number },
): Promise<void> {
  if (bytes.length !== expected.bytes) {
    throw new ProtocolError('digest-mismatch', `expected a file of ${expected.bytes} bytes, got ${bytes.length}`);
  }
  const digest = await digestOf(bytes);
  if (digest !== expected.digest) {
    throw new ProtocolError('digest-mismatch', `expected a file with digest ${expected.digest}, got ${digest}`);
  }
}
