import { FirstShelfSchema, type ItemCard } from '#protocol/catalog.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import { unpack } from '#protocol/packed-file.ts';
import { parseJson } from '#protocol/parse.ts';

/**
 * Reads the most popular items, for a page that has nothing else to draw yet.
 *
 * @param bytes As the file travels.
 * @throws {ProtocolError} `first-shelf-invalid`.
 */
export async function parseFirstShelf(file: ManifestFile, bytes: ArrayBuffer): Promise<readonly ItemCard[]> {
  return parseJson(FirstShelfSchema, await unpack(file, new Uint8Array(bytes)), 'first-shelf-invalid');
}
