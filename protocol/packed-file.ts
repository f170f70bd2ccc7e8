/** How a bundle's files travel and are stored: each is gzip (RFC 1952). */

import type { Bytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { gunzip, gzip } from './gzip.ts';
import type { ManifestFile } from './manifest.ts';

/** Twice what the largest file takes unpacked, so that a small hostile one cannot fill the memory. */
const MAX_BYTES = 16 << 20;

export const pack = gzip;

/**
 * Undoes {@link pack}.
 *
 * @returns A file's content at the start of its own buffer.
 * @throws {ProtocolError} With the code of its kind if it is not gzip, or longer than a file can be.
 */
export async function unpack({ kind }: Pick<ManifestFile, 'kind'>, packed: Uint8Array): Promise<Bytes> {
  try {
    return await gunzip(packed, MAX_BYTES);
  } catch (cause) {
    throw new ProtocolError(`${kind}-invalid`, `expected gzip of at most ${MAX_BYTES} bytes`, { cause });
  }
}
