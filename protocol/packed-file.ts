/** How a bundle's files travel and are stored: each is gzip (RFC 1952). */

import type { Bytes } from './bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from './errors.ts';
import { gunzip, gzip } from './gzip.ts';
import { MAX_NEIGHBORS } from './item-files.ts';
import type { FileKind, ManifestFile, RowKind } from './manifest.ts';

/** What is wrong where a file of a kind cannot be read. */
const CODES: Readonly<Record<FileKind, ProtocolErrorCode>> = {
  items: 'shard-invalid',
  neighbors: 'neighbors-invalid',
  popularity: 'popularity-invalid',
  groups: 'groups-invalid',
  catalog: 'catalog-invalid',
  encoder: 'encoder-invalid',
  words: 'words-invalid',
  codebooks: 'codebooks-invalid',
  'first-shelf': 'catalog-invalid',
};

/** Most bytes a row takes unpacked, so that a small hostile file cannot fill the memory. */
const ROW_MAX_BYTES: Readonly<Record<RowKind, number>> = {
  items: 4 + 256, // the widest vectors that a manifest may state
  neighbors: 2 + MAX_NEIGHBORS * (1 + 4),
  popularity: 3,
  groups: 2,
  catalog: 8192,
};
const HEADER_MAX_BYTES = 64;

/** Likewise for a file that is not in rows. */
const WHOLE_MAX_BYTES = 8 << 20;

export const pack = gzip;

/**
 * Undoes {@link pack}.
 *
 * @returns A file's content at the start of its own buffer.
 * @throws {ProtocolError} With the code of its kind if it is not gzip or longer than one of its kind can be.
 */
export async function unpack(file: ManifestFile, packed: Uint8Array): Promise<Bytes> {
  const maxBytes = 'rows' in file ? HEADER_MAX_BYTES + file.rows * ROW_MAX_BYTES[file.kind] : WHOLE_MAX_BYTES;
  try {
    return await gunzip(packed, maxBytes);
  } catch (cause) {
    throw new ProtocolError(CODES[file.kind], `expected gzip of at most ${maxBytes} bytes`, { cause });
  }
}
