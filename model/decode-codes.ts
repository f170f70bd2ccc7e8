import { CODES_PER_ITEM, type Codebooks, codedSlice, NUM_CENTROIDS } from '#protocol/item-codes.ts';
import type { QuantizedRows } from '#protocol/quantized-rows.ts';
import { quantizeRows } from './item-table.ts';

/**
 * Looks every code up, once, so that all scorers go on reading int8 rows.
 *
 * @param codes `[rows, CODES_PER_ITEM]`. @param dim D.
 */
export function decodeCodes(codes: Uint8Array, { scales, values }: Codebooks, dim: number): QuantizedRows {
  const rows = codes.length / CODES_PER_ITEM;
  const slices = Array.from({ length: CODES_PER_ITEM }, (_, code) => codedSlice(code, dim));
  const vectors = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    let book = 0; // where the centroids' values in one coordinate start
    for (const [code, { from, to }] of slices.entries()) {
      const centroid = codes[row * CODES_PER_ITEM + code] as number;
      for (let at = row * dim + from; at < row * dim + to; at++, book += NUM_CENTROIDS) {
        vectors[at] = (vectors[at] as number) + (scales[code] as number) * (values[book + centroid] as number);
      }
    }
  }
  return quantizeRows(vectors, dim);
}
