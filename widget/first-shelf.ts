import { FIRST_SHELF_MAX_BYTES, FirstShelfSchema, type ItemCard } from '#protocol/catalog.ts';
import { gunzip } from '#protocol/gzip.ts';
import { parseJson } from '#protocol/parse.ts';

/** Gunzipped, the first shelf is cards of repetitive JSON: a hundredfold is more than it can need. */
const FIRST_SHELF_MAX_TEXT_BYTES = 100 * FIRST_SHELF_MAX_BYTES;

/**
 * Reads the most popular items, for a page that has nothing else to draw yet.
 *
 * @throws {ProtocolError} `catalog-invalid`.
 */
export async function parseFirstShelf(bytes: ArrayBuffer): Promise<readonly ItemCard[]> {
  const text = await gunzip(new Uint8Array(bytes), FIRST_SHELF_MAX_TEXT_BYTES);
  return parseJson(FirstShelfSchema, text, 'catalog-invalid');
}
